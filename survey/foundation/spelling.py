"""What somebody probably meant who wrote a code or a key that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(written: str, known: Iterable[str]) -> str:
    """Up to three known words that look like `written`, best first; the first eight if none does.

    As a text, a comma between them, and empty where nothing is known.
    """
    words = sorted(known)
    by_lower = {word.lower(): word for word in words}
    close = get_close_matches(written.lower(), by_lower, n=3, cutoff=0.5)
    return ", ".join([by_lower[word] for word in close] or words[:8])
