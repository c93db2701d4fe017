"""System checks: what this machine lacks, said at start instead of in the middle of a report."""

from django.core.checks import CheckMessage, Warning, register

from core.libraries import missing_pdf_packages


@register("pdf")
def pdf_libraries_are_installed(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Warn, with the packages to install, where PDFs cannot be made; everything else works without them."""
    missing = missing_pdf_packages()
    if not missing:
        return []
    return [
        Warning(
            f"Chưa in được tệp PDF: máy thiếu thư viện hệ thống ({', '.join(missing)}).",
            hint=f"Trên Debian hoặc Ubuntu, chạy với quyền quản trị: apt-get install {' '.join(missing)}",
            id="core.W001",
        )
    ]
