"""Numbers of the papers a person holds: passport, driving licence, NHS number.

A driving licence has a shape that nothing else has; the others need the word that names them.
"""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.banking import IS
from survey.comments.redaction.span import Span
from survey.comments.redaction.things import near_an_order
from survey.comments.redaction.vocabulary import words

PASSPORT_WORD = re.compile(r"\b(?:pass ?ports?|ppt|brp)\b", re.IGNORECASE)
PASSPORT = re.compile(
    r"(?<![\w£/-])(?:(?:(?-i:[A-Z]{3})[ -]?)?\d{9}|(?:\d ?){8}\d"
    r"|(?-i:(?=[A-Z]*\d[A-Z]*\d)[A-Z\d]{9})"
    r"|(?:(?-i:[A-Z]{1,2}) |[a-z]{1,2})\d{6,8}[a-z]?)(?![\w/])",
    re.IGNORECASE,
)
PASSPORT_REACH = 60
# Surname, birth date and initials, as the DVLA writes them.
LICENCE = re.compile(
    r"(?<![\w-])[a-z][a-z9]{4}[ -]?\d{6}[ -]?[a-z9]{2} ?[a-z0-9][a-z]{2}(?: ?\d{2})?(?![\w-])",
    re.IGNORECASE,
)
# Those of Northern Ireland are a bare number.
LICENCE_NAMED = re.compile(
    rf"\bdriv(?:ing|ers?|er['’]s) licen[cs]e(?: (?:no|number)\b)?[.:]?{IS}(\d{{8}})(?!\w)",
    re.IGNORECASE,
)
NHS = re.compile(
    rf"\bnhs(?: (?:no|num|number|id))?\b[.:]?{IS}(\d{{3}}[ -]?\d{{3}}[ -]?\d{{4}})(?!\w)",
    re.IGNORECASE,
)
PASSPORT_WORDS = words("passport passports port ports ppt brp")


def papers_in(text: str, words_of_it: Collection[str]) -> Iterator[Span]:
    """The numbers of papers in a text that has digits; they may overlap."""
    if not PASSPORT_WORDS.isdisjoint(words_of_it):
        yield from passports(text)
    for found in LICENCE.finditer(text):
        yield Span(found.start(), found.end(), "LICENCE")
    for kind, named in (("LICENCE", LICENCE_NAMED), ("NHS_NUMBER", NHS)):
        for found in named.finditer(text):
            yield Span(found.start(1), found.end(1), kind)


def passports(text: str) -> Iterator[Span]:
    """Passport numbers: of the right shape, and not far behind the word."""
    for word in PASSPORT_WORD.finditer(text):
        for found in PASSPORT.finditer(text, word.end(), word.end() + PASSPORT_REACH):
            if not near_an_order(text, found.start(), word.end()):
                yield Span(found.start(), found.end(), "PASSPORT")
