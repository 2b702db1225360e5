"""Phrases that people keep in a file, compiled so that a comment is looked through once.

A phrase is found by its least common word, so a word that begins no phrase costs one look-up. What
stands beside that word is compared within a bounded distance: time grows with the text's length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from survey.comments.phrase_language import COMMON, FREQUENT, SHORTEST_BEGINNING, Step, variants
from survey.comments.text import Plain

# How many words or commas a star stands for, at most.
GAP = 3
# What the words of earlier texts led to is remembered, within about 300 KB.
MOST_REMEMBERED = 2_500
LONGEST_REMEMBERED = 20
SENTENCE_ENDS = frozenset({".", "!", "?", "\n", ";", ":"})


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
    # What is quickly seen to be lacking: the words that alone may stand beside it, or further off.
    just_before: frozenset[str] | None
    just_after: frozenset[str] | None
    further_off: frozenset[str] | None


class Phrases:
    """Phrases of several labels, to be found in texts by any number of threads at once."""

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
        self._known: dict[str, tuple[Phrase, ...]] = {}
        self._beginnings: dict[str, dict[str, tuple[Phrase, ...]]] = {}
        interned: dict[Step, Step] = {}
        for label, phrases in labelled.items():
            for steps in dict.fromkeys(s for text in phrases for s in variants(text, lists or {})):
                self._add(label, tuple(interned.setdefault(step, step) for step in steps))

    def _add(self, label: str, steps: tuple[Step, ...]) -> None:
        at = min(range(len(steps)), key=lambda place: _commonness(steps[place]))
        before, after = steps[:at][::-1], steps[at + 1 :]
        further_off = [
            _only_words(step) for step in (*_beyond_a_gap(before), *_beyond_a_gap(after))
        ]
        phrase = Phrase(
            label,
            before,
            after,
            _only_words(before[0]) if before else None,
            _only_words(after[0]) if after else None,
            min((words for words in further_off if words), key=len, default=None),
        )
        for word in steps[at].words:
            self._words[word] = (*self._words.get(word, ()), phrase)
        for beginning in steps[at].beginnings:
            known = self._beginnings.setdefault(beginning[:SHORTEST_BEGINNING], {})
            known[beginning] = (*known.get(beginning, ()), phrase)

    @property
    def known(self) -> frozenset[str]:
        """The whole words that phrases are found by."""
        return frozenset(self._words)

    def find(self, plain: Plain) -> list[Found]:
        """Every phrase in a text, in the order of the words they were found by."""
        found: list[Found] = []
        known = self._known
        held = set(plain.words)
        for at, word in enumerate(plain.words):
            phrases = known.get(word)
            if phrases is None:
                phrases = self._looked_up_by(word)
            if phrases:
                _try(phrases, plain, at, held, found)
        return found

    def _looked_up_by(self, word: str) -> tuple[Phrase, ...]:
        """The phrases to try at a word; remembered, unless there is too much to remember."""
        phrases = self._words.get(word, ())
        for beginning, more in self._beginnings.get(word[:SHORTEST_BEGINNING], {}).items():
            if word.startswith(beginning):
                phrases += more
        if len(self._known) < MOST_REMEMBERED and len(word) <= LONGEST_REMEMBERED:
            self._known[word] = phrases
        return phrases


def _only_words(step: Step) -> frozenset[str] | None:
    """The words of a step that nothing else fits; None where something does."""
    return None if step.gap or step.number or step.beginnings else step.words


def _beyond_a_gap(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    gaps = [number for number, step in enumerate(steps) if step.gap]
    return steps[gaps[0] + 1 :] if gaps else ()


def _try(
    phrases: tuple[Phrase, ...], plain: Plain, at: int, held: set[str], found: list[Found]
) -> None:
    """Compare what stands around a word with each phrase that is looked up by it."""
    words, tokens = plain.words, plain.tokens
    previous = words[at - 1] if at else ""
    following = words[at + 1] if at + 1 < len(words) else ""
    for phrase in phrases:
        if (
            (phrase.just_after is not None and following not in phrase.just_after)
            or (phrase.just_before is not None and previous not in phrase.just_before)
            or (phrase.further_off is not None and held.isdisjoint(phrase.further_off))
        ):
            continue
        first = _along(phrase.before, words, at, -1)
        last = None if first is None else _along(phrase.after, words, at, 1)
        if first is not None and last is not None:
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


@cache
def _commonness(step: Step) -> int:
    if step.gap or step.number:
        return 1_000_000
    known = 1000 * len(step.words & COMMON) + 30 * len(step.words & FREQUENT)
    return known + len(step.words) + 3 * len(step.beginnings)
