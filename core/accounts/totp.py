"""The arithmetic of codes that a phone shows (RFC 6238), and the picture that hands a key to the phone."""

import base64
import hmac
import re
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import hotp

ISSUER = "Tao Nguon"
"""Without marks: some phones show others as question marks."""
STEP, DIGITS, TOLERANCE = 30, 6, 1
"""A new code every half minute; the one before and the one after pass too, for clocks that differ."""
KEY_BYTES = 20
_SIX_DIGITS = re.compile(f"[0-9]{{{DIGITS}}}")


def new_key() -> str:
    """A key of 160 bits, in the letters and digits that phones take: 32 signs, in eight groups of four."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def in_groups(key: str) -> list[str]:
    """*key* in groups of four, for typing."""
    return [key[start : start + 4] for start in range(0, len(key), 4)]


def address_of(key: str, name: str) -> str:
    """What a phone reads from the picture: the key, for whom and for which program."""
    known = urlencode({"secret": key, "issuer": ISSUER, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}', safe=':')}?{known}"


def picture_of(address: str) -> str:
    """*address* as an SVG for inside a page; colours as attributes, for the policy allows no styles."""
    drawn = segno.make(address, error="m", micro=False)
    return drawn.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None)


def counter_at(moment: datetime) -> int:
    """The number of the half minute of *moment*."""
    return int(moment.timestamp()) // STEP


def code_of(key: str, counter: int) -> str:
    """The six digits that a phone with *key* shows in the half minute *counter*."""
    return f"{hotp(base64.b32decode(key), counter, digits=DIGITS):0{DIGITS}d}"


def matching_counter(key: str, typed: str, moment: datetime, after: int = 0) -> int | None:
    """The half minute around *moment*, later than *after*, whose code was typed; None where there is none."""
    digits = "".join(typed.split())
    if not _SIX_DIGITS.fullmatch(digits):
        return None
    now = counter_at(moment)
    for counter in range(max(now - TOLERANCE, after + 1), now + TOLERANCE + 1):
        if hmac.compare_digest(code_of(key, counter), digits):
            return counter
    return None
