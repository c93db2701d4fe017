"""System libraries that the PDF library opens when it is imported, and the Debian packages that bring them.

`python3 -m core.libraries` prints the packages that are missing; it runs before anything is installed, so
this module imports nothing but the standard library.
"""

from ctypes.util import find_library

PDF_LIBRARIES = {
    "gobject-2.0": "libglib2.0-0",
    "fontconfig": "libfontconfig1",
    "harfbuzz": "libharfbuzz0b",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
}
"""Library name → Debian package. Debian 13 knows libglib2.0-0 under the name libglib2.0-0t64 as well."""


def missing_pdf_packages() -> list[str]:
    """Debian packages to install before a PDF can be made; empty when all is there.

    Looks the libraries up without loading them: importing the PDF library itself costs two seconds.
    """
    return sorted({package for library, package in PDF_LIBRARIES.items() if not find_library(library)})


if __name__ == "__main__":
    print(" ".join(missing_pdf_packages()))
