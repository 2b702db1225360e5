"""Phrases that people keep in a file, compiled so that a comment is looked through once.

Themes and urgent words are written in this language, by people who do not program:

    word          this word; apostrophes and capitals do not count, nor does a hyphen
    chas*         words that begin so (three letters at least)
    *             up to three words or commas, within the sentence
    (a|b c|d*)    any one of these
    [a]           there or not
    #             a number, in figures or words, or "several", "a few"
    {list}        any one of a list of the file's own

A phrase is found by its least common word, so a word that begins no phrase costs one look-up. What
stands beside that word is compared within a bounded distance: time grows with the text's length.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from survey.comments.words import Words

GAP = 3
SHORTEST_BEGINNING = 3
MOST_VARIANTS = 500
PIECES = re.compile(r"[(\[|)\]]|\{\w+\}|#|\*|[^\W\d_]+\*?|\d+|\S")
SENTENCE_ENDS = frozenset({".", "!", "?", "\n", ";", ":"})
NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty"
    " several few couple dozen hundred"
)
NUMBERS = frozenset(NUMBER_WORDS.split())
# Words too common to look a phrase up by, if it has any other.
COMMON_WORDS = (
    "a about after all am an and any are as at be been before being but by can cant could did didnt"
    " do does doesnt dont for from get go got had has have havent he her him how i if im in"
    " into is isnt it its"
    " just me my no not nothing now of off on one or our out she so some still that"
    " thats the their them then there they this to too up us very was wasnt we were what when where"
    " which who why will with would you your never again"
)
COMMON = frozenset(COMMON_WORDS.split())


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


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: whose it is, its first and last token, and the one it was found by."""

    label: str
    first: int
    last: int
    anchor: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to write a phrase, cut at the word it is looked up by."""

    label: str
    before: tuple[Step, ...]  # nearest first
    after: tuple[Step, ...]


class Phrases:
    """Phrases of several labels, to be found in texts. Holds no state: share it freely."""

    def __init__(
        self,
        labelled: Mapping[str, Sequence[str]],
        lists: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Compile the phrases of each label.

        Raises:
            WrongPhrase: one does not follow the language.
        """
        self._words: dict[str, tuple[Phrase, ...]] = {}
        self._beginnings: dict[str, tuple[tuple[str, Phrase], ...]] = {}
        interned: dict[Step, Step] = {}
        for label, phrases in labelled.items():
            for steps in dict.fromkeys(s for text in phrases for s in variants(text, lists or {})):
                self._add(label, tuple(interned.setdefault(step, step) for step in steps))

    def _add(self, label: str, steps: tuple[Step, ...]) -> None:
        at = min(range(len(steps)), key=lambda place: _commonness(steps[place]))
        phrase = Phrase(label, steps[:at][::-1], steps[at + 1 :])
        for word in steps[at].words:
            self._words[word] = (*self._words.get(word, ()), phrase)
        for beginning in steps[at].beginnings:
            entry = beginning[:SHORTEST_BEGINNING]
            known = self._beginnings.get(entry, ())
            self._beginnings[entry] = (*known, (beginning, phrase))

    def find(self, plain: "Plain") -> list[Found]:
        """Every phrase in a text, in the order of the words they were found by."""
        found: list[Found] = []
        exact, beginnings, words = self._words, self._beginnings, plain.words
        for at, word in enumerate(words):
            for phrase in exact.get(word, ()):
                _try(phrase, plain, at, found)
            for beginning, phrase in beginnings.get(word[:SHORTEST_BEGINNING], ()):
                if word.startswith(beginning):
                    _try(phrase, plain, at, found)
        return found


@dataclass(frozen=True, slots=True)
class Plain:
    """A text's words as phrases compare them, and which token each was."""

    words: list[str]
    tokens: list[int]


def plain_of(words: Words, slips: Mapping[str, str]) -> Plain:
    """Leave out apostrophes and hyphens, and put common slips right ("chace")."""
    plain: list[str] = []
    tokens: list[int] = []
    for token, word in enumerate(words.tokens):
        if word == "-":
            continue
        bare = word.replace("'", "") if "'" in word else word
        plain.append(slips.get(bare, bare))
        tokens.append(token)
    return Plain(plain, tokens)


def variants(text: str, lists: Mapping[str, Sequence[str]]) -> list[tuple[Step, ...]]:
    """The sequences of steps that a phrase stands for.

    Raises:
        WrongPhrase: it does not follow the language.
    """
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
        return inner + ([()] if piece == "[" else []), rest[1:]
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


@cache
def _commonness(step: Step) -> int:
    if step.gap or step.number:
        return 1_000_000
    return 1000 * len(step.words & COMMON) + len(step.words) + 3 * len(step.beginnings)


def _try(phrase: Phrase, plain: Plain, at: int, found: list[Found]) -> None:
    first = _along(phrase.before, plain.words, at, -1)
    if first is None:
        return
    last = _along(phrase.after, plain.words, at, 1)
    if last is not None:
        tokens = plain.tokens
        found.append(Found(phrase.label, tokens[first], tokens[last], tokens[at]))


def _along(steps: tuple[Step, ...], words: list[str], at: int, way: int) -> int | None:
    """Where a phrase ends that goes on from `at`; None where it does not."""
    for number, step in enumerate(steps):
        if step.gap:
            return _over(steps[number + 1 :], words, at, way)
        at += way
        if not 0 <= at < len(words) or not step.fits(words[at]):
            return None
    return at


def _over(steps: tuple[Step, ...], words: list[str], at: int, way: int) -> int | None:
    """Go on after a gap: the nearest place that fits, within the sentence."""
    for _ in range(GAP + 1):
        end = _along(steps, words, at, way)
        if end is not None:
            return end
        at += way
        if not 0 <= at < len(words) or words[at] in SENTENCE_ENDS:
            return None
    return None


def each_wrong(phrases: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is wrong with the phrases of a file, a line each."""
    for text in phrases:
        try:
            variants(text, lists)
        except WrongPhrase as error:
            yield str(error)
