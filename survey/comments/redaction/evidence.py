"""What speaks for a run of words being a name of somebody, and what speaks against it.

Points, added up in one place: the words themselves, those before and those after. A known first
name with a capital is enough alone; one that is a word too, or that nobody has listed, needs its
neighbours.
"""

import re
from collections.abc import Collection

from survey.comments.redaction.line import WORD, Line
from survey.comments.redaction.vocabulary import ALSO_WORDS, KNOWN, ORDINARY, PLACES, TITLES, V

STRONG = V["greetings"] | V["naming"] | V["relations"] | V["closings"]
SURNAME = re.compile(r"(?:Mc|Mac|O['’]|D['’])[A-Z][a-z]+")
NO_LETTER = re.compile(r"[\W\d_]*\Z|[ ,]*\([^()]{1,40}\)\W*\Z")
THANKS = frozenset({"thanks", "thank", "thanx", "thanku", "cheers", "ta", "thx", "diolch", "you"})
DASH_END = re.compile(r"(?:^|[^\w])[-–—] ?$")
GAPS = frozenset({" ", ", ", ": ", " ("})
ASKING = frozenset({"ask", "asked", "asking"})
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
    return (
        points
        + before(line, first)
        + (
            after(line, last)
            if low in ALSO_WORDS or points >= 0 or not opens or of_people(line, last)
            else 0
        )
    )


def of_itself(line: Line, word: int, last: int, given: Collection[str]) -> int:
    """What the words say by themselves: 2 is enough, below nothing they need much around them."""
    low, capital = line.low[word], line.capital(word)
    if low in given:
        return 2 if capital or low not in ALSO_WORDS else 0
    if low in KNOWN:
        return 2 if capital else int(len(low) > 3 or line.raw[word].islower())
    if len(low) == 1 or (capital and SURNAME.match(line.raw[word])):
        return 2 if last > word or len(low) > 1 else -2
    if not capital or low in V["before_places"]:
        return -3
    the = 2 * (line.near(word - 1) == "the")
    if low in ALSO_WORDS:
        return of_a_word(line, word, last) - the
    known = any(each in KNOWN for each in line.low[word + 1 : last + 1])
    return 2 * known - line.opens(word) - the


def of_a_word(line: Line, word: int, last: int) -> int:
    """Points for a name that is a word too: one with a surname, one where no capital is usual."""
    low = line.low[word]
    usual = low in V["always_capital"] or line.opens(word)
    phrase = line.near(last + 1) in V["never_after"] and line.gap(last + 1) == " "
    return (last > word) + (not usual) - (low in ORDINARY) - 2 * phrase


def is_place(line: Line, word: int, last: int) -> bool:
    """Whether the name is that of a place or a body: "Christchurch office", "St Aidan's"."""
    if "-".join(line.low[word : last + 1]) in V["brands"] or (
        line.gap(word) == " & " and (line.near(word - 1) == "marks")
    ):
        return True
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
    if not first or (points := signed(line, first)):
        return points if first else 0
    if must_follow(line.near(first - 1), line.near(first - 2)) and line.gap(first) in GAPS:
        return 2
    gap, start, first = line.gap(first), first, back(line, first)
    low, two = line.near(first - 1), line.near(first - 2)
    if gap not in GAPS:
        return 0
    if must_follow(low, two):
        return 2
    if low in V["likely"] or gap == " (" or (low in ("for", "to") and two in V["likely"]):
        return 1
    return int(low in V["slight"] and line.raw[start].islower())


def back(line: Line, first: int) -> int:
    """Past up to three words that may come between: "thanks so much Sarah"."""
    for _ in range(3):
        if first > 1 and line.gap(first) == " " and line.low[first - 1] in V["between"]:
            first -= 1
    return first


def must_follow(low: str, two: str) -> bool:
    """Whether after these words, the last and the one before it, comes a name."""
    if low in STRONG or is_called(low, two) or (low in V["at_work"] and two in ("my", "line")):
        return True
    return (low in ("to", "with") and two in V["speech"]) or (low == "for" and two in ASKING)


def is_called(low: str, two: str) -> bool:
    """Whether "called" is what somebody's name is, and "name is" is said."""
    return (low == "called" and two in V["called_ones"]) or (
        low in ("is", "was", "name") and two in ("name", "name's", "surname", "my") and two != "my"
    )


def signed(line: Line, first: int) -> int:
    """Points for a name alone on the last line, or after a dash at the end."""
    tail = line.text[line.start[first] :]
    gap = line.gap(first)
    if len(tail) > 60 or not first or not ("\n" in gap or DASH_END.search(gap)):
        return 0
    words = len(WORD.findall(tail))
    second = line.end(min(first + 1, len(line.low) - 1))
    return 2 + (words == 2) if words <= 3 or NO_LETTER.match(line.text, second) else 0


def after(line: Line, last: int) -> int:
    """What the words after a name say: up to 3 for what people do, 1 for "he" or "she"."""
    following = line.near(last + 1)
    direct = line.gap(last + 1) if following else ""
    they = not V["they"].isdisjoint(line.low[last + 1 : last + 9])
    does = did(line, last, they) if direct == " " else introduced(line, last, direct)
    possessive = int(line.owner(last))
    ends = not following or direct[:1] in ",.!;)\n"
    thanked = ends and line.near(last - 1) in V["greetings"] | THANKS
    together = direct in (" & ", "/") and following in KNOWN
    together = together or (following == "and" and line.near(last + 2) in KNOWN)
    owns = 3 * (possessive and of_people(line, last))
    return max(does, owns, possessive, of_team(line, last, they)) + they + thanked + together


def introduced(line: Line, last: int, direct: str) -> int:
    """Points for somebody who says who is writing: "This is Chukwuma, ringing about pay"."""
    said = line.near(last - 1) == "is" and line.near(last - 2) == "this"
    return 2 * (said and direct == ", " and line.near(last + 1).endswith("ing"))


def of_people(line: Line, last: int) -> bool:
    """Whether what follows is somebody's, or works in a team."""
    if line.near(last + 1) in ("in", "from"):
        return line.near(last + 2) in V["teams"]
    return line.owner(last) and line.near(last + 1) in V["of_people"]


def of_team(line: Line, last: int, they: bool) -> int:
    """Points for "Bill in accounts rang": most where the word is a name as well."""
    if line.owner(last) or not of_people(line, last):
        return 0
    named = line.low[last] in ALSO_WORDS and line.near(last + 1) == "from"
    return 1 + 2 * named + did(line, last + 2, they)


def did(line: Line, last: int, they: bool) -> int:
    """Points for the verb after a name."""
    following = line.near(last + 1)
    if following in V["copulas"]:
        quality = line.near(last + 2 + (line.near(last + 2) in V["degrees"]))
        if quality in V["only_people_are"]:
            return 2
        return int(they or line.low[last] in KNOWN)
    return 3 if following in V["only_people_do"] else int(following in V["people_do"])
