"""Where collected static files go."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzipManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, gzip beside them, and no second compression.

    Brotli and zopfli come along with the PDF library; WhiteNoise would use brotli at its slowest setting on
    every file, which made the first start take half a minute.
    """

    def create_compressor(self, **kwargs) -> Compressor:
        return super().create_compressor(use_brotli=False, **kwargs)
