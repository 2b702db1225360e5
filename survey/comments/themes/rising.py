"""Words that are written more often than before and that no theme explains: what to add next."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import sqrt

from survey.comments.phrase_language import COMMON, NUMBERS
from survey.comments.words import Words

# Fewer could be told apart, and one person can write several.
FEWEST_COMMENTS = 5
# Standard errors between the two shares: one in twenty by chance, on the one side we ask about.
BEYOND_CHANCE = 1.64
SHORTEST_WORD = 3
# What says nothing by itself, over and above what phrases hold for common.
EMPTY_WORDS = (
    "again also although always another any anyone anything because both cannot could couldnt did"
    " done each either else enough even ever every everyone everything few first give given going"
    " good great hello help here hers his however ill ive keep kind last least less let like little"
    " lot made make many may maybe might mine more most much must need needed nobody none nor often"
    " okay only other others ours own people please put quite rather really regards said same say"
    " says see seem seems shall should shouldnt someone something soon such sure take taken tell"
    " than thank thanks theirs these thing things think those though through time told took under"
    " until upon use used using want wanted was well went were whatever whether while whole whom"
    " whose within without wont work would wouldnt year yes yet yours yourself day days week weeks"
    " month months today tomorrow yesterday monday tuesday wednesday thursday friday saturday"
    " sunday january february march april june july august september october november december dear"
    " hi mr mrs ms miss dr sir madam"
)
EMPTY = COMMON | NUMBERS | frozenset(EMPTY_WORDS.split())


@dataclass(frozen=True)
class Rising:
    """A word, or two side by side, and how many comments hold it.

    Attributes:
        word: as compared: small letters, no apostrophes.
        count: comments of this period.
        before: comments of the period before.
    """

    word: str
    count: int
    before: int


def rising(
    now: Iterable[Words],
    before: Iterable[Words],
    leave_out: Collection[str] = (),
    most: int = 20,
) -> list[Rising]:
    """What rises most surely, first; at equal sureness by number, then in the alphabet's order.

    Args:
        now: comments of this period that no theme explains, their names and numbers struck out.
        before: those of the period before.
        leave_out: words never to tell, in small letters: names, and the marks of what was struck
            out. What stands in square brackets is left out in any case.
        most: how many to tell.
    """
    present, comments = _counted(now, frozenset(leave_out))
    past, comments_before = _counted(before, frozenset(leave_out))
    found: list[tuple[float, Rising]] = []
    for word, count in present.items():
        if count < FEWEST_COMMENTS:
            continue
        sureness = _sureness(count, comments, past[word], comments_before)
        if sureness >= BEYOND_CHANCE:
            found.append((sureness, Rising(word, count, past[word])))
    found.sort(key=lambda entry: (-entry[0], -entry[1].count, entry[1].word))
    return _without_halves([one for _, one in found])[:most]


def _counted(comments: Iterable[Words], leave_out: frozenset[str]) -> tuple[Counter[str], int]:
    """In how many comments each word and pair of words stands, and how many comments there are."""
    counts: Counter[str] = Counter()
    number = 0
    for words in comments:
        number += 1
        counts.update(set(_telling(words, leave_out)))
    return counts, number


def _telling(words: Words, leave_out: frozenset[str]) -> Iterator[str]:
    last = ""
    struck_out = False
    for written in words.tokens:
        if written in ("[", "]"):
            struck_out = written == "["
        word = written.replace("'", "")
        tells = (
            not struck_out
            and len(word) >= SHORTEST_WORD
            and word.isalpha()
            and word not in EMPTY
            and not leave_out & {word, written}
        )
        if tells:
            yield word
            if last:
                yield f"{last} {word}"
        last = word if tells else ""


def _sureness(count: int, of: int, before: int, of_before: int) -> float:
    """How many standard errors the share has risen; a word never used before counts as half one.

    With nothing to compare with, nothing rises.
    """
    if not of_before:
        return 0.0
    share, share_before = (count + 0.5) / (of + 1), (before + 0.5) / (of_before + 1)
    both = (count + before + 1) / (of + of_before + 2)
    return (share - share_before) / sqrt(both * (1 - both) * (1 / (of + 1) + 1 / (of_before + 1)))


def _without_halves(found: list[Rising]) -> list[Rising]:
    """Leave out a word that is only ever told of as part of a pair."""
    pairs = {
        (half, one.count, one.before)
        for one in found
        if " " in one.word
        for half in one.word.split()
    }
    return [one for one in found if (one.word, one.count, one.before) not in pairs]
