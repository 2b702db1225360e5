"""What speaks for a run of words being a name of somebody, and what speaks against it.

Points, added up in one place: the words themselves, those before and those after. A known first name
with a capital is enough alone; one that is a word too, or one nobody has listed, needs its neighbours.
"""

import re
from collections.abc import Collection

from survey.comments.redaction.line import WORD, Line
from survey.comments.redaction.vocabulary import ALSO_WORDS, KNOWN, ORDINARY, PLACES, TITLES, V

STRONG = V["greetings"] | V["naming"] | V["relations"] | V["closings"]
SURNAME = re.compile(r"(?:Mc|Mac|O['’]|D['’])[A-Z][a-z]+")
NO_LETTER = re.compile(r"[\W\d_]*\Z|[ ,]*\([^()]{1,40}\)\W*\Z")
THANKS = frozenset({"thanks", "thank", "thanx", "thanku", "cheers", "ta", "thx", "diolch", "you"})
ENOUGH = 2


def evidence(line: Line, first: int, word: int, last: int, given: Collection[str]) -> int:
    """What speaks for a run of words being a name, less what speaks against it."""
    low = line.low[word]
    if low in TITLES and low not in KNOWN:
        return ENOUGH if last > word else 0
    points = of_itself(line, word, last, given) + (first < word)
    if low in KNOWN and points >= ENOUGH:
        return points
    opens = line.opens(word)
    return points + before(line, first) + (after(line, last) if points >= 0 or not opens else 0)


def of_itself(line: Line, word: int, last: int, given: Collection[str]) -> int:
    """What the words say by themselves: 2 is enough, below nothing they need much around them."""
    low, capital = line.low[word], line.capital(word)
    if low in given:
        return 2 if capital or low not in ALSO_WORDS else 0
    if low in KNOWN:
        return 2 if capital else int(len(low) > 3 or line.raw[word].islower())
    if low in V["before_places"]:
        return -3
    if len(low) == 1 or (capital and SURNAME.match(line.raw[word])):
        return 2 if last > word or len(low) > 1 else -2
    if not capital:
        return -3
    longer = last > word
    if low in ALSO_WORDS:
        collocation = line.near(last + 1) in V["never_after"] and line.gap(last + 1) == " "
        usual = low in V["always_capital"] or line.opens(word)
        return (
            longer
            + (not usual)
            - (low in ORDINARY)
            - 2 * collocation
            - (line.near(word - 1) == "the") * 2
        )
    known = any(each in KNOWN for each in line.low[word + 1 : last + 1])
    return 2 * known - line.opens(word) - (line.near(word - 1) == "the") * 2


def is_place(line: Line, word: int, last: int) -> bool:
    """Whether the name is that of a place or a body: "Christchurch office", "St Aidan's"."""
    before_it = line.near(word - 1)
    if (
        before_it in V["before_places"]
        and line.raw[word - 1][0].isupper()
        and line.gap(word) in (" ", ". ")
    ):
        return True
    following = line.near(last + 1)
    if not following or line.gap(last + 1) not in (" ", " & ", "'s ", "’s "):
        return False
    if "&" in line.gap(last + 1):
        return line.raw[last + 1][0].isupper() and line.low[word] not in KNOWN
    if line.raw[last + 1][0].isupper():
        return following in PLACES
    return following in V["places_in_lower_case"]


def before(line: Line, first: int) -> int:
    """What the words before a name say: 2 that a name must follow, 1 that it may."""
    if signed(line, first):
        return 2
    if not first:
        return 0
    gap, low = line.gap(first), line.low[first - 1]
    if low in ("to", "with") and line.near(first - 2) in V["speech"]:
        return 2
    if low in V["between"] and gap == " " and first > 1:
        first, low = first - 1, line.low[first - 2]
        if low in V["between"] and first > 1:
            first, low = first - 1, line.low[first - 2]
    if gap not in (" ", ", ", ": ", " ("):
        return 0
    two = line.near(first - 2)
    if low in STRONG or is_called(low, two):
        return 2
    if low in V["likely"] or gap == " (" or (low in ("for", "to") and two in V["likely"]):
        return 1
    return int(low in V["slight"] and line.raw[first].islower())


def is_called(low: str, two: str) -> bool:
    """Whether "called" is what somebody's name is, and "name is" is said."""
    return (low == "called" and two in V["called_ones"]) or (
        low in ("is", "was", "name") and two in ("name", "name's", "surname", "my") and two != "my"
    )


def signed(line: Line, first: int) -> bool:
    """Whether nothing but the name stands on the last line, or after a dash or a closing at the end."""
    tail = line.text[line.start[first] :]
    if len(tail) > 60 or not first:
        return False
    gap = line.gap(first)
    if "\n" not in gap and not gap.endswith(("- ", "– ", "— ", "-", "–")):
        return False
    if not gap.strip(" \n.,!?") and line.low[first - 1] in ORDINARY and "\n" not in gap:
        return False
    words = len(WORD.findall(tail))
    return (
        words <= 3
        or NO_LETTER.match(line.text[line.end(min(first + 1, len(line.low) - 1)) :]) is not None
    )


def after(line: Line, last: int) -> int:
    """What the words after a name say: 1 for what people do, 1 for "he" or "she"."""
    following = line.near(last + 1)
    direct = line.gap(last + 1) if following else ""
    they = not V["they"].isdisjoint(line.low[last + 1 : last + 9])
    likely = they or line.low[last] in KNOWN
    does = direct == " " and (following in V["people_do"] or (likely and following in V["copulas"]))
    possessive = line.raw[last] != line.raw[last][: len(line.low[last])]
    ends = not following or direct[:1] in ",.!;)\n"
    return (
        int(does or possessive)
        + int(they)
        + int(ends and line.near(last - 1) in V["greetings"] | THANKS)
    )
