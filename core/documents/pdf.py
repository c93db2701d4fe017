"""PDF from HTML, with nothing in it but what is shipped with the product.

WeasyPrint is imported inside the functions: it costs two seconds and opens system libraries, which pages
without a PDF do not need.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from core.libraries import missing_pdf_packages

SCHEME = "packaged"
"""Addresses of packaged files in HTML and CSS: `packaged:fonts/LiberationSerif-Regular.ttf`."""

FACES = {
    ("normal", "normal"): "fonts/LiberationSerif-Regular.ttf",
    ("bold", "normal"): "fonts/LiberationSerif-Bold.ttf",
    ("normal", "italic"): "fonts/LiberationSerif-Italic.ttf",
    ("bold", "italic"): "fonts/LiberationSerif-BoldItalic.ttf",
}
"""(weight, style) → file below static/. Whole files: fonts cut by unicode-range do not work in a PDF."""

FONT_FAMILY = "Liberation Serif 2.1.5"
FONT_FACES = "".join(
    f'@font-face{{font-family:"{FONT_FAMILY}";font-weight:{weight};font-style:{style};src:url("{SCHEME}:{name}")}}\n'
    for (weight, style), name in FACES.items()
)


class NotPackaged(Exception):  # noqa: N818 - says what the address is
    """A document asked for something that is not shipped with the product."""


class PdfUnavailable(Exception):  # noqa: N818 - the machine lacks libraries, the document is sound
    """No PDF can be made on this machine; the text says, in Vietnamese, what to install."""


@dataclass(frozen=True)
class Pdf:
    """A finished document and how many pages it has."""

    data: bytes
    pages: int


def packaged_file(url: str) -> Path:
    """The file that *url* names. Raises NotPackaged for every address but those of the four fonts."""
    scheme, _, name = url.partition(":")
    if scheme != SCHEME or name not in FACES.values():
        raise NotPackaged(url)
    return Path(settings.BASE_DIR, "static", name)


def make_pdf(html: str) -> Pdf:
    """Lay *html* out. Styles name the font `FONT_FAMILY`; the same text gives the same bytes on one machine.

    Raises NotPackaged when *html* refers to anything else than packaged files, PdfUnavailable where system
    libraries are missing.
    """
    try:
        from weasyprint import CSS, HTML
    except OSError as error:
        packages = " ".join(missing_pdf_packages())
        raise PdfUnavailable(f"Máy chủ thiếu thư viện để in PDF. Hãy nhờ quản trị cài: {packages}.") from error
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    fetcher, fonts = _fetcher(), FontConfiguration()
    try:
        faces = CSS(string=FONT_FACES, url_fetcher=fetcher, font_config=fonts)
        document = HTML(string=html, url_fetcher=fetcher).render(font_config=fonts, stylesheets=[faces])
        return Pdf(document.write_pdf(), len(document.pages))
    except FatalURLFetchingError as error:  # a BaseException: nothing above would handle it
        raise NotPackaged(str(error)) from error


def html_to_pdf(html: str) -> bytes:
    """The PDF of *html*; see :func:`make_pdf`."""
    return make_pdf(html).data


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class PackagedFetcher(URLFetcher):
        """Answers with packaged files only: no file of the machine, no network, no inline data."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            return URLFetcherResponse(url, packaged_file(url).read_bytes(), {"Content-Type": "font/ttf"})

    return PackagedFetcher(fail_on_errors=True)
