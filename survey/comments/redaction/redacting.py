"""Strikes personal details out of a comment, at the door: what is kept to be shown has none.

Each kind is looked for by itself; where they overlap, the more telling kind takes it all. Then what
is left is read again, until nothing more is found: so a redacted text, redacted, stays as it is.
"""

import re
from collections.abc import Collection, Iterable

from survey.comments.redaction.addressing import addresses_in, places_in
from survey.comments.redaction.hinting import hints_in
from survey.comments.redaction.line import LETTERS, plain
from survey.comments.redaction.naming import may_name, names_in
from survey.comments.redaction.numbering import numbers_in
from survey.comments.redaction.span import Redaction, Span
from survey.comments.redaction.vocabulary import ORDINARY

# Where details overlap, the kind that stands first here takes the whole.
KINDS = (
    *("EMAIL", "NINO", "PASSPORT", "LICENCE", "NHS_NUMBER", "EMPLOYEE_ID", "DOB"),
    *("CARD", "BANK", "PHONE", "ADDRESS", "POSTCODE", "PERSON"),
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
DIGIT = re.compile(r"\d")
STRUCK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")
# Longer than any letter, read in no word or number, and never taken for white space.
BLANK = "\x01"


def redact(text: str, names: Collection[str] = ()) -> Redaction:
    """The text without personal details.

    Args:
        text: of any content and length; spans are places in it as it came.
        names: names the enquiry tells, or an e-mail address; ordinary words among them are
            passed over.
    """
    given = given_names(names) if names else frozenset()
    masked = mask(text, STRUCK.finditer(text)) if "[" in text else text
    words = frozenset(LETTERS.findall(plain(text.lower())))
    spans: list[Span] = []
    while found := details(masked, words, given):
        spans = merged([*spans, *found])
        masked = mask(masked, found)
    return Redaction(replaced(text, spans), tuple(spans), hints_in(text, words))


def given_names(names: Collection[str]) -> frozenset[str]:
    """The words of names, or of addresses before the @, that can only be names; in lower case."""
    local = (plain(name.lower()).partition("@")[0] for name in names)
    found = frozenset(word for name in local for word in LETTERS.findall(name))
    return frozenset(word for word in found - ORDINARY if len(word) > 2)


def details(text: str, words: frozenset[str], given: frozenset[str]) -> list[Span]:
    """All that is found in one reading, overlaps merged; `words` are those of the text."""
    found = list(addresses_in(text))
    if may_name(text, words, given):
        found += names_in(text, given)
    if digits := DIGIT.findall(text):
        found += places_in(text, words)
        found += numbers_in(text, words, len(digits))
    return merged(found) if found else found


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap made one, of the more telling kind."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start < whole[-1].end:
            last = whole[-1]
            kind = min(last.kind, span.kind, key=RANK.__getitem__)
            whole[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            whole.append(span)
    return whole


def mask(text: str, spans: Iterable[Span | re.Match[str]]) -> str:
    """The text of the same length, with what is struck out already blank."""
    parts: list[str] = []
    past = 0
    for span in spans:
        start, end = (span.start, span.end) if isinstance(span, Span) else span.span()
        parts += (text[past:start], BLANK * (end - start))
        past = end
    return "".join((*parts, text[past:]))


def replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with each span replaced by its kind."""
    parts: list[str] = []
    past = 0
    for span in spans:
        parts += (text[past : span.start], f"[{span.kind}]")
        past = span.end
    return "".join((*parts, text[past:]))
