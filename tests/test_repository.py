"""The project names no machine, no package registry and no secret; its lists stay complete."""

import re

import pytest

from tests.repository import ROOT, text_files

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~$}])/(?:" + "|".join(["wor" + "k", "roo" + "t", "tm" + "p", "hom" + "e"]) + r")/\w"
)
REGISTRIES = re.compile(
    "|".join(
        re.escape(name)
        for name in (
            "pypi" + ".",
            "python" + "hosted.",
            "npm" + "js.",
            "debian" + ".org",
            "ubuntu" + ".com",
            "unpkg" + ".com",
            "js" + "delivr",
            "cdn" + "js.",
            "google" + "apis.",
        )
    )
)
REQUIREMENTS = sorted(name for name in text_files() if re.fullmatch(r"requirements.*\.(in|txt)", name))


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_somebodys_machine():
    assert found(MACHINE_PATHS) == []


def test_no_file_names_a_package_registry():
    assert found(REGISTRIES) == []


def test_the_patterns_find_what_they_are_for():
    assert MACHINE_PATHS.search("see /" + "tmp/x")
    assert MACHINE_PATHS.search("cd /" + "root/project")
    assert not MACHINE_PATHS.search("{{ x }}/root/, $HOME/work/a and core/work/b")
    assert REGISTRIES.search("https://files.python" + "hosted.org/x")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_name_no_index_and_no_address(name):
    options = re.compile(
        r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|://|^\s*-e\b| @ ", re.M
    )
    assert options.findall(text_files()[name]) == []


@pytest.mark.parametrize("name", [name for name in REQUIREMENTS if name.endswith(".txt")])
def test_every_pinned_package_carries_a_hash(name):
    entries = re.findall(r"^[a-z0-9][^\n]*?==[^\n]*\n(?:    [^\n]*\n)*", text_files()[name], re.M)
    assert entries != []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", [name for name in REQUIREMENTS if name.endswith(".in")])
def test_every_wanted_package_is_pinned(name):
    wanted = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in text_files()[name].splitlines() if line.strip()}
    pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text_files()[name.removesuffix(".in") + ".txt"], re.M))
    assert wanted - pinned == set()


def test_the_example_settings_explain_every_variable_the_settings_read():
    source = text_files()["config/settings.py"]
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | set(
        re.findall(r'os\.environ\.get\("([A-Z_]+)"', source)
    )
    explained = set(re.findall(r"^#([A-Z_]+)=", text_files()[".env.example"], re.M))
    also = {"HOST", "PORT", "PYTHON", "TEST_DATABASE_URL", "TEST_BROKER_URL", "REQUIRE_SERVICES", "REQUIRE_TOOLS"}
    assert explained == read | also


def test_secrets_and_data_stay_out_of_version_control():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/data/", "/.env", "/.venv/"} - set(ignored) == set()
