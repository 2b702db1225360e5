"""Reading links that mail programs have changed: with what stood around them, or encoded once more.

Whoever follows such a link should see the page and not have to look for what is wrong with it. A
token has one length and few letters, so it can be told from a bracket, full stop or blank beside
it. What lost a part of its token, or its upper case, cannot be mended.
"""

import re

# Eighteen bytes in URL-safe base64, where three bytes are four letters.
TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
# "=3D" is the quoted-printable, "%3D" the percent-encoded equals sign.
RATING = re.compile(r"rating(?:=3D|%3D|=)([1-5])(?![0-9])", re.IGNORECASE)


def token_in(text: str) -> str:
    """The token in what stands in its place in an address, or that text where it holds none."""
    found = TOKEN.search(text)
    return found[0] if found else text


def rating_in(address: str) -> str | None:
    """The score that an address asks to have chosen already, "1" to "5", or None."""
    found = RATING.search(address)
    return found[1] if found else None
