"""In which language a page is shown: the one its address asks for, as links in letters do.

No cookie remembers it, and no browser is asked: who reads a letter in Welsh may sit at a machine
that is set to English.
"""

from flask import has_request_context, request

# Besides English, in which everything is written: what `translations/` holds.
TRANSLATED = ("cy",)


def asked_for() -> str | None:
    """What stands as `language` in the address, where we speak it; None leaves it to the page."""
    wanted = request.args.get("language", "") if has_request_context() else ""
    return wanted if wanted in TRANSLATED else None
