"""The check that names the system packages which PDFs need."""

import pytest
from django.core.checks import run_checks

from core import libraries


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch):
    """Say which libraries the machine has."""

    def install(*names: str) -> None:
        monkeypatch.setattr(libraries, "find_library", lambda name: f"lib{name}.so" if name in names else None)

    return install


def test_nothing_is_said_where_all_libraries_are_there(installed):
    installed(*libraries.PDF_LIBRARIES)
    assert run_checks(tags=["pdf"]) == []


def test_missing_libraries_are_named_with_the_packages_to_install(installed):
    installed("gobject-2.0", "fontconfig", "harfbuzz")
    (warning,) = run_checks(tags=["pdf"])
    assert warning.id == "core.W001"
    assert warning.hint == (
        "Trên Debian hoặc Ubuntu, chạy với quyền quản trị: "
        "apt-get install libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0"
    )


@pytest.mark.pdf
def test_the_listed_libraries_are_enough_for_the_pdf_library_to_load():
    from weasyprint.text import ffi

    assert [ffi.pango, ffi.pangoft2, ffi.harfbuzz, ffi.harfbuzz_subset, ffi.fontconfig, ffi.gobject].count(None) == 0
