"""The language in which people write phrases, read into steps that can be compared with words.

Themes and urgent words are written in this language, by people who do not program:

    word          this word; apostrophes and capitals do not count, nor does a hyphen
    chas*         words that begin so (three letters at least)
    *             nothing, or up to three words or commas, within the sentence
    (a|b c|d*)    any one of these
    [a]           there or not
    #             a number, in figures or words, or "several", "a few"
    {list}        any one of a list of the file's own
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

SHORTEST_BEGINNING = 3
MOST_VARIANTS = 500
MOST_CHARACTERS = 300
PIECES = re.compile(r"[(\[|)\]]|\{\w+\}|#|\*|[^\W\d_]+\*?|\d+|\S")
NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty"
    " several few couple dozen hundred"
)
NUMBERS = frozenset(NUMBER_WORDS.split())
# Words too common to look a phrase up by, if it has any other.
COMMON_WORDS = (
    " a about after all am an and any are as at be been before being but by can cant could"
    " did didnt do does doesnt dont for from get go got had has have havent he her him how i"
    " if im in into is isnt it its just me my no not nothing now of off on one or our out she"
    " so some still that thats the their them then there they this to too up us very was"
    " wasnt we were what when where which who why will with would you your never again ever"
    " even yet really than"
)
COMMON = frozenset(COMMON_WORDS.split())
# Words that comments on services are full of: better than those, worse than any other.
FREQUENT = frozenset(
    ["pay", "paid", "form", "call", "back", "told", "same", "right", "answer", "new"]
)


class WrongPhrase(ValueError):
    """A phrase does not follow the language; the message says where."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a phrase: the words and beginnings that may stand there."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    number: bool = False
    gap: bool = False

    def fits(self, word: str) -> bool:
        """Whether a word may stand here."""
        return (
            word in self.words
            or word.startswith(self.beginnings)
            or (self.number and (word in NUMBERS or word[0].isdigit()))
        )


def variants(text: str, lists: Mapping[str, Sequence[str]]) -> list[tuple[Step, ...]]:
    """The sequences of steps that a phrase stands for.

    Raises:
        WrongPhrase: it does not follow the language.
    """
    if len(text) > MOST_CHARACTERS:
        raise WrongPhrase(f"{text[:40]!r}...: longer than {MOST_CHARACTERS} characters")
    pieces = PIECES.findall(text.lower().replace("'", "").replace("’", "").replace("-", " "))
    ways, rest = _alternatives(pieces, lists, text)
    if rest:
        raise WrongPhrase(f"{text!r}: {rest[0]!r} closes nothing")
    ways = [_merged_gaps(way) for way in ways]
    if len(ways) > MOST_VARIANTS:
        raise WrongPhrase(f"{text!r}: stands for {len(ways)} phrases; {MOST_VARIANTS} at most")
    if any(not any(step.words or step.beginnings for step in way) for way in ways):
        raise WrongPhrase(f"{text!r}: can be found without any word of its own")
    return ways


def _alternatives(
    pieces: list[str], lists: Mapping[str, Sequence[str]], text: str
) -> tuple[list[tuple[Step, ...]], list[str]]:
    """Read alternatives up to the sign that closes them; also what is left."""
    ways: list[tuple[Step, ...]] = []
    current: list[tuple[Step, ...]] = [()]
    while pieces and pieces[0] not in (")", "]"):
        piece, *pieces = pieces
        if piece == "|":
            ways, current = ways + current, [()]
            continue
        choices, pieces = _choices(piece, pieces, lists, text)
        current = [way + choice for way, choice in product(current, choices)]
        if len(current) > MOST_VARIANTS:
            raise WrongPhrase(f"{text!r}: stands for more than {MOST_VARIANTS} phrases")
    return _one_word_ways_together(ways + current), pieces


def _choices(
    piece: str, rest: list[str], lists: Mapping[str, Sequence[str]], text: str
) -> tuple[list[tuple[Step, ...]], list[str]]:
    """What one piece of a phrase can be, and the pieces after it."""
    if piece in ("(", "["):
        inner, rest = _alternatives(rest, lists, text)
        if rest[:1] != [{"(": ")", "[": "]"}[piece]]:
            raise WrongPhrase(f"{text!r}: {piece!r} is not closed")
        # A gap may be empty as it is.
        optional = piece == "[" and inner != [(Step(gap=True),)]
        return inner + ([()] if optional else []), rest[1:]
    if piece[0] == "{":
        if piece[1:-1] not in lists:
            raise WrongPhrase(f"{text!r}: no list {piece}")
        ways = [way for entry in lists[piece[1:-1]] for way in variants(entry, {})]
        return _one_word_ways_together(ways), rest
    return [(_step(piece, text),)], rest


def _step(piece: str, text: str) -> Step:
    if piece == "*":
        return Step(gap=True)
    if piece == "#":
        return Step(number=True)
    if piece.endswith("*"):
        if len(piece) <= SHORTEST_BEGINNING:
            raise WrongPhrase(f"{text!r}: {piece} is too short a beginning")
        return Step(beginnings=(piece[:-1],))
    return Step(words=frozenset({piece}))


def _one_word_ways_together(ways: list[tuple[Step, ...]]) -> list[tuple[Step, ...]]:
    """Make one step of all alternatives of one word each, which keeps the phrases few."""
    single = [way[0] for way in ways if len(way) == 1 and not way[0].gap]
    if len(single) < 2:
        return ways
    together = Step(
        frozenset().union(*(step.words for step in single)),
        tuple(dict.fromkeys(b for step in single for b in step.beginnings)),
        any(step.number for step in single),
    )
    return [(together,), *(way for way in ways if len(way) != 1 or way[0].gap)]


def _merged_gaps(way: tuple[Step, ...]) -> tuple[Step, ...]:
    """Drop gaps at either end, which say nothing, and doubled ones."""
    kept: list[Step] = []
    for step in way:
        if not (step.gap and (not kept or kept[-1].gap)):
            kept.append(step)
    return tuple(kept[:-1] if kept and kept[-1].gap else kept)


def each_wrong(phrases: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with the phrases of a file, a line each."""
    for text in phrases:
        try:
            variants(text, lists)
        except WrongPhrase as error:
            yield str(error)
