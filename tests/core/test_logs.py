"""What the log of the server says of a request."""

import io
import logging
import sys

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.log import configure_logging

from core.logs import RefusalsInOneLine
from tests.factories import user


@pytest.fixture
def log() -> io.StringIO:
    """What a console gets; the loggers are set up as on a server."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    handler = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_a_refusal_is_one_line(db, client, log):
    client.force_login(user())
    address = reverse("cells:workbook")
    assert client.get(address).status_code == 403
    assert log.getvalue() == f"Forbidden (Permission denied): {address}\n"


@pytest.mark.parametrize(("status", "keeps"), [(403, False), (400, False), (500, True), (None, True)])
def test_only_what_was_refused_loses_its_stack(status, keeps):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "", (), sys.exc_info())
    if status:
        record.status_code = status
    assert (RefusalsInOneLine().filter(record), record.exc_info is not None) == (True, keeps)
