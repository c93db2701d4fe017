"""Static files: the vendored versions are those we say, nothing refers to another host, all can be collected."""

import re
import unicodedata

import pytest
from django.core.management import call_command
from django.test import override_settings
from fontTools.ttLib import TTFont

from tests.repository import ROOT, text_files

VENDOR = ROOT / "static" / "vendor"
FONTS = sorted((ROOT / "static" / "fonts").glob("*.ttf"))
PAGES = [
    name
    for name in text_files()
    if re.search(r"(^|/)(templates|static)/", name) and not name.endswith(("LICENSE", "README.md"))
]
# Names of formats, not places to fetch from.
NAMESPACES = re.compile(r"http://www\.w3\.org/(2000/svg|1999/xlink|1999/xhtml|1998/Math/MathML)")
COMMENTS = re.compile(r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}", re.S)
# The one address in Bootstrap's code: an error text for its developers, never fetched.
BOOTSTRAP_MESSAGE = "https://github.com/floating-ui/popper-docs/blob/main/docs/v2/index.md"
OUTSIDE = re.compile(r"""https?://[^\s"'<>)]+|(?:src|href|action|url\()\s*=?\s*["']?//[^\s"'<>)]+""")


def stated_version(project: str) -> str:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    return re.search(rf"\| {project}, [^|]*\| ([0-9.]+) \|", readme).group(1)


@pytest.mark.parametrize(
    ("project", "file", "pattern"),
    [
        ("Bootstrap", "bootstrap/bootstrap.min.css", r"Bootstrap  v([0-9.]+) "),
        ("Bootstrap", "bootstrap/bootstrap.bundle.min.js", r"Bootstrap v([0-9.]+) "),
        ("htmx", "htmx/htmx.min.js", r'version:"([0-9.]+)"'),
    ],
)
def test_vendored_scripts_and_styles_are_of_the_stated_version(project, file, pattern):
    text = (VENDOR / file).read_text(encoding="utf-8")
    assert re.search(pattern, text).group(1) == stated_version(project)


def test_htmx_stays_on_its_second_line():
    assert stated_version("htmx").split(".")[0] == "2"


@pytest.mark.parametrize("font", FONTS, ids=lambda path: path.stem)
def test_fonts_are_of_the_stated_version_and_have_every_vietnamese_letter(font):
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {unicodedata.normalize("NFC", v + t) for v in vowels for t in tones} | {"đ"}
    letters |= {letter.upper() for letter in letters}
    face = TTFont(font, lazy=True)
    assert face["name"].getDebugName(5) == f"Version {stated_version('Liberation Fonts')}"
    assert {letter for letter in letters if ord(letter) not in face.getBestCmap()} == set()


def test_the_four_faces_of_the_document_font_are_there():
    assert [font.stem.removeprefix("LiberationSerif-") for font in FONTS] == ["Bold", "BoldItalic", "Italic", "Regular"]


@pytest.mark.parametrize("folder", ["vendor/bootstrap", "vendor/htmx", "vendor/bootstrap-icons", "fonts"])
def test_each_vendored_project_comes_with_its_licence(folder):
    assert (ROOT / "static" / folder / "LICENSE").is_file()


def addresses_outside(name: str) -> list[str]:
    text = NAMESPACES.sub("", COMMENTS.sub("", text_files()[name]))
    if name.startswith("static/vendor/bootstrap/"):
        text = text.replace(BOOTSTRAP_MESSAGE, "")
    return OUTSIDE.findall(text)


def test_no_page_or_static_file_refers_to_another_host():
    assert {name: outside for name in PAGES if (outside := addresses_outside(name))} == {}


def test_all_static_files_can_be_collected_hashed_and_compressed_with_gzip_alone(tmp_path):
    backend = {"staticfiles": {"BACKEND": "core.storage.GzipManifestStaticFilesStorage"}}
    with override_settings(STORAGES=backend, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    made = [path.name for path in tmp_path.rglob("*")]
    assert any(re.fullmatch(r"bootstrap\.min\.[0-9a-f]{12}\.css\.gz", name) for name in made)
    assert [name for name in made if name.endswith(".br")] == []
