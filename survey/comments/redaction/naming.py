"""Names of people in a comment, by what speaks for them and against them.

No list knows all names, and many names are words ("Bill was not paid"), so nothing here decides on
its own: each run of words that may be a name is given points by `evidence`, the one place where they
are weighed, and is a name from ENOUGH on.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from survey.comments.redaction.span import Span
from survey.comments.redaction.vocabulary import vocabulary

V = vocabulary()
KNOWN, ALSO_WORDS = V.known, V.also_words
TITLES, TITLES_TOO = V["titles"], V["titles_also_words"]
ORDINARY, PLACES = V["ordinary"], V["places"]
STRONG = V["greetings"] | V["naming"] | V["relations"] | V["closings"]
NAMED = KNOWN | TITLES

WORD = re.compile(r"[^\W\d_]+(?:['’‘-][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s?$|(?<=s)['’]$")
SURNAME = re.compile(r"(?:Mc|Mac|O['’]|D['’])[A-Z][a-z]+")
SENTENCE_END = re.compile(r"[.!?:\n•(\"“]")
NO_LETTER = re.compile(r"[\W\d_]*\Z|[ ,]*\([^()]{1,40}\)\W*\Z")
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A comment as words, for naming: as typed, in lower case without 's, and where each stands."""

    text: str
    raw: list[str]
    low: list[str]
    start: list[int]

    def end(self, word: int) -> int:
        """Where a word ends, without the 's of a possessive."""
        return self.start[word] + len(self.low[word])

    def gap(self, word: int) -> str:
        """What stands between the word before and this one."""
        before = self.start[word - 1] + len(self.raw[word - 1]) if word else 0
        return self.text[before : self.start[word]]

    def near(self, word: int) -> str:
        """The word in lower case, or nothing where there is none."""
        return self.low[word] if 0 <= word < len(self.low) else ""

    def capital(self, word: int) -> bool:
        """Whether it is written as names are: with a capital, but not in capitals throughout."""
        raw = self.raw[word]
        return raw[0].isupper() and not (len(raw) > 1 and raw.isupper())

    def opens(self, word: int) -> bool:
        """Whether it begins a sentence, so that its capital says nothing."""
        return word == 0 or SENTENCE_END.search(self.gap(word)) is not None


def line_of(text: str) -> Line:
    """Cut a text for naming."""
    found = list(WORD.finditer(text))
    raw = [each[0] for each in found]
    low = [word.lower() for word in raw]
    if "'" in text or "’" in text:
        low = [POSSESSIVE.sub("", word) if len(word) > 3 else word for word in low]
    return Line(text, raw, low, [each.start() for each in found])


def names_in(text: str, given: Collection[str] = ()) -> list[Span]:
    """The names in a text; `given` are words, in lower case, that are known to be names in it."""
    line = line_of(text)
    found: list[Span] = []
    past = -1
    for word in candidates(line, given):
        if word < past:
            continue
        first, last = run(line, word, given)
        after_name = bool(found) and line.text[found[-1].end : line.start[first]] in JOINERS
        if is_place(line, word, last):
            past = last + 1
        elif evidence(line, first, word, last, given) + after_name >= ENOUGH:
            past = last + 1
            found.append(Span(line.start[first], line.end(last), "PERSON"))
    return found


JOINERS = frozenset({" and ", " & ", ", ", " or ", " and to ", "/"})


def candidates(line: Line, given: Collection[str]) -> Iterator[int]:
    """Words that may begin a name: a known one, a title, or a capital that needs an explanation."""
    for word, low in enumerate(line.low):
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
    if line.low[following] in ORDINARY or len(line.low[following]) < 3:
        return False
    plain = line.near(word - 1) in ("a", "") and line.raw[word] not in "AI"
    return line.gap(following) in (". ", ".") or (plain and line.gap(following) == " ")


def run(line: Line, word: int, given: Collection[str]) -> tuple[int, int]:
    """From where to where a name reaches that begins with this word."""
    first, last = word, word
    if word and line.low[word - 1] in V["pet_words"] and line.gap(word) == " ":
        first -= 1
    while last + 1 < len(line.low) and continues(line, last, given):
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
    if line.raw[word] != line.raw[word][: len(low)]:
        return False
    following_low, raw = line.low[following], line.raw[following]
    if low in TITLES:
        return after_title(line, word, given)
    if following_low in given or (following_low in V["particles"] and raw.islower()):
        return following_low not in ORDINARY
    if len(following_low) == 1:
        return raw.isupper() and raw not in "AI" and line.gap(following) == " "
    initials = "-" in raw and len(raw) == 3 and raw.isupper()
    named = line.capital(following) and following_low not in ORDINARY | TITLES
    if following_low in PLACES:
        return named and low in KNOWN and following_low in V["surnames_too"]
    return named or initials


def after_title(line: Line, word: int, given: Collection[str]) -> bool:
    """Whether the word after a title is a name: with a capital, or not a word anyone uses else."""
    low, following = line.low[word], line.low[word + 1]
    if low in TITLES_TOO and not line.raw[word][0].isupper():
        return following in KNOWN or following in given
    if line.raw[word + 1][0].isupper() and (line.raw[word + 1] != "I"):
        spaced = line.gap(word + 1) == " " and low not in TITLES_TOO
        return following not in ORDINARY or (spaced and line.capital(word + 1))
    return following not in ORDINARY and len(following) > 2 and low in ("mr", "mrs", "ms", "mx")


def evidence(line: Line, first: int, word: int, last: int, given: Collection[str]) -> int:
    """What speaks for a run of words being a name, less what speaks against it."""
    low = line.low[word]
    if low in TITLES and low not in KNOWN:
        return ENOUGH if last > word else 0
    points = of_itself(line, word, last, given)
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
        return 2 if capital else 1
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
    if low in V["between"] and gap == " " and first > 1:
        first, low = first - 1, line.low[first - 2]
        if low in V["between"] and first > 1:
            first, low = first - 1, line.low[first - 2]
    if gap not in (" ", ", ", ": ", " ("):
        return 0
    two = line.near(first - 2)
    if low in STRONG or is_called(low, two) or (low in ("to", "with") and two in V["speech"]):
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


THANKS = frozenset({"thanks", "thank", "thanx", "thanku", "cheers", "ta", "thx", "diolch", "you"})
