"""Names of people in a comment: which words may be one, and how far it reaches.

No list knows all names, and many names are words ("Bill was not paid"), so nothing here decides:
each run of words that may be a name is weighed in evidence.py.
"""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.evidence import ENOUGH, evidence, is_place
from survey.comments.redaction.line import Line, line_of
from survey.comments.redaction.span import Span
from survey.comments.redaction.vocabulary import (
    ALSO_WORDS,
    EXPLAINED,
    KNOWN,
    NAMED,
    ORDINARY,
    PLACES,
    TITLES,
    TITLES_TOO,
    V,
)

# What is longer is no name: a run of capitals would be gone over from each of its words.
MOST_WORDS = 6
NO_SURNAMES = ORDINARY | TITLES
JOINERS = frozenset({" and ", " & ", ", ", " or ", " and to ", "/"})
PAIRED = frozenset({" and ", " & ", " or "})
CAPITALS = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_A-Z][^\W\d_]*(?:['’](?!s\b)[^\W\d_]+)?")


def may_name(text: str, words: Collection[str], given: frozenset[str]) -> bool:
    """Whether a text may hold a name at all, which most do not: told at a glance.

    Args:
        text: as typed.
        words: its words in lower case.
        given: words known to be names in it.
    """
    if not NAMED.isdisjoint(words) or (given and not given.isdisjoint(words)):
        return True
    capitals = CAPITALS.findall(text)
    return not EXPLAINED.issuperset(capitals)


def names_in(text: str, given: Collection[str] = ()) -> list[Span]:
    """The names in a text; `given` are words, in lower case, that are known to be names in it."""
    line = line_of(text)
    found: list[Span] = []
    past = -1
    for word in candidates(line, given):
        if word < past:
            continue
        first, last = run(line, word, given)
        joint = line.text[found[-1].end : line.start[first]] if found else ""
        after_name = (joint in JOINERS) + (joint in PAIRED and line.low[word] in ALSO_WORDS)
        if is_place(line, word, last):
            past = last + 1
        elif evidence(line, first, word, last, given) + after_name >= ENOUGH:
            past = last + 1
            found.append(Span(line.start[first], line.end(last), "PERSON"))
    return found


def candidates(line: Line, given: Collection[str]) -> Iterator[int]:
    """Words that may begin a name: a known one, a title, or a capital that needs an explanation."""
    for word, low in enumerate(line.low):
        if line.text[line.start[word] - 1 : line.start[word]] == "@":
            continue
        if low in NAMED or low in given:
            yield word
        elif line.raw[word][0].isupper():
            if len(low) == 1:
                if is_initial(line, word):
                    yield word
            elif (low not in ORDINARY or low in ALSO_WORDS) and line.capital(word):
                yield word


def is_initial(line: Line, word: int) -> bool:
    """Whether a letter stands for a first name: "R. Featherstone", "a D Kowalczyk"."""
    following = word + 1
    if following >= len(line.low) or not line.capital(following):
        return False
    if len(line.low[following]) == 1 and line.gap(following) in (". ", "."):
        return is_initial(line, following)
    if line.low[following] in ORDINARY or len(line.low[following]) < 3:
        return False
    if line.gap(following) == "." and line.raw[word] in "NESW":
        return False
    plain = line.near(word - 1) in ("a", "") and line.raw[word] not in "AI"
    return line.gap(following) in (". ", ".") or (plain and line.gap(following) == " ")


def run(line: Line, word: int, given: Collection[str]) -> tuple[int, int]:
    """From where to where a name reaches that begins with this word."""
    first, last = word, word
    if (
        word
        and line.low[word - 1] in V["pet_words"]
        and line.low[word] in KNOWN
        and line.gap(word) == " "
    ):
        first -= 1
    most = min(len(line.low), word + MOST_WORDS)
    while last + 1 < most and continues(line, last, given):
        last += 1
    while last > word and line.low[last] in V["particles"] and line.raw[last].islower():
        last -= 1
    return first, last


def continues(line: Line, word: int, given: Collection[str]) -> bool:
    """Whether the name goes on after this word."""
    low, following = line.low[word], word + 1
    short = len(low) == 1 or low in TITLES
    if line.gap(following) not in ((" ", ". ", ".") if short else (" ",)):
        return False
    if line.owner(word):
        return False
    following_low, raw = line.low[following], line.raw[following]
    if low in TITLES:
        return after_title(line, word, given)
    if following_low in given or (following_low in V["particles"] and raw.islower()):
        return True
    return is_surname(line, following, known=low in KNOWN)


def is_surname(line: Line, word: int, *, known: bool) -> bool:
    """Whether a word goes with the name before it: a capital unexplained, or an initial."""
    low, raw = line.low[word], line.raw[word]
    if len(low) == 1:
        return raw.isupper() and raw not in "AI"
    named = line.capital(word) and low not in NO_SURNAMES
    if low in PLACES:
        return named and known and low in V["surnames_too"]
    return named or ("-" in raw and len(raw) == 3 and raw.isupper())


def after_title(line: Line, word: int, given: Collection[str]) -> bool:
    """Whether the word after a title is a name: with a capital, or not a word anyone uses else."""
    low, following = line.low[word], line.low[word + 1]
    if low in TITLES_TOO | {"ms"} and not line.raw[word][0].isupper():
        return following in KNOWN or following in given
    if len(following) == 1:
        return line.raw[word + 1].isupper() and following != "i"
    if line.raw[word + 1][0].isupper():
        spaced = line.gap(word + 1) == " " and low not in TITLES_TOO
        return following not in ORDINARY or (spaced and line.capital(word + 1))
    return following not in ORDINARY and len(following) > 2 and low in ("mr", "mrs")
