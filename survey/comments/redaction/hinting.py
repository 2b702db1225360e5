"""Hints of what data-protection law calls special: health, belief, origin and the like.

They stay in the text, where they are often the point of it, but whoever shows it is told.
"""

import re
from collections.abc import Collection
from functools import cache

from survey.comments.redaction.line import LETTERS
from survey.comments.redaction.vocabulary import data

OWN = re.compile(
    r"\b(?:i|i'm|i've|i’m|i’ve|me|my|he|his|she|her|wife|husband|son|daughter|mum|dad|"
    r"mother|father|partner)\b",
    re.IGNORECASE,
)


@cache
def patterns() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    """One pattern of all the words, the kind of each, and those that ask for a person nearby."""
    kinds: dict[str, str] = {}
    of_somebody: set[str] = set()
    for kind, lists in data("hints.toml").items():
        for phrase in lists["says"] + lists.get("says_of_somebody", []):
            kinds[phrase] = kind
        of_somebody.update(lists.get("says_of_somebody", []))
    longest_first = sorted(kinds, key=len, reverse=True)
    return (
        re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"),
        kinds,
        frozenset(of_somebody),
    )


@cache
def telling_words() -> frozenset[str]:
    """The longest word of each phrase: without one of them there is nothing to look for."""
    return frozenset(max(LETTERS.findall(phrase), key=len) for phrase in patterns()[1])


def hints_in(text: str, words: Collection[str]) -> tuple[str, ...]:
    """The kinds of special data that a text of these words hints at, in alphabetical order."""
    if telling_words().isdisjoint(words):
        return ()
    pattern, kinds, of_somebody = patterns()
    low = text.lower().replace("’", "'")
    found = {
        kinds[each[0]]
        for each in pattern.finditer(low)
        if each[0] not in of_somebody or OWN.search(low, max(0, each.start() - 40), each.end() + 20)
    }
    return tuple(sorted(found))
