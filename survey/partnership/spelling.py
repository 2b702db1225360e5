"""What somebody probably meant who wrote a code or a key that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(code: str, known: Iterable[str]) -> list[str]:
    """Up to three known codes that look like `code`, best first; the first eight if none does."""
    codes = sorted(known)
    by_lower = {c.lower(): c for c in codes}
    close = get_close_matches(code.lower(), by_lower, n=3, cutoff=0.5)
    return [by_lower[c] for c in close] or codes[:8]
