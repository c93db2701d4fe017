"""What the log of the server says of a request."""

import logging

SERVER_ERROR = 500


class RefusalsInOneLine(logging.Filter):
    """Keeps the stack out of what was refused (403 and the like): it says where our code refuses, which we know."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record.exc_info = None
        return True
