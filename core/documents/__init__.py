"""Writing documents: canonical text for digests, PDF from HTML."""
