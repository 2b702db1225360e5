"""Strikes personal details out of a comment, at the door: what is kept to be shown has none.

Each kind is looked for by itself; where they overlap, the more telling kind takes it all. Then what is
left is read again, until nothing more is found: so a redacted text, redacted, stays as it is.
"""

import re
from collections.abc import Collection, Iterable

from survey.comments.redaction.addressing import addresses_in, places_in
from survey.comments.redaction.hinting import hints_in
from survey.comments.redaction.naming import ALSO_WORDS, ORDINARY, names_in
from survey.comments.redaction.numbering import numbers_in
from survey.comments.redaction.span import Redaction, Span

# Where details overlap, the kind that stands first here takes the whole.
KINDS = "EMAIL NINO PASSPORT EMPLOYEE_ID DOB CARD BANK PHONE ADDRESS POSTCODE PERSON".split()
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
DIGIT = re.compile(r"\d")
STRUCK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")
LETTERS = re.compile(r"[^\W\d_]+")
# Longer than any letter, read in no word or number, and never taken for white space.
BLANK = "\x01"


def redact(text: str, names: Collection[str] = ()) -> Redaction:
    """The text without personal details.

    Args:
        text: of any content and length; spans are places in it as it came.
        names: names the enquiry tells, or an e-mail address; ordinary words among them are passed over.
    """
    given = frozenset(word for name in names for word in LETTERS.findall(name.lower())) - ORDINARY
    given = frozenset(word for word in given if len(word) > 2)
    masked = mask(text, STRUCK.finditer(text)) if "[" in text else text
    spans: list[Span] = []
    while found := details(masked, given):
        spans = merged([*spans, *found])
        masked = mask(masked, found)
    return Redaction(replaced(text, spans), tuple(spans), hints_in(text))


def details(text: str, given: Collection[str]) -> list[Span]:
    """All that is found in one reading, overlaps merged."""
    found = [*addresses_in(text), *names_in(text, given)]
    if DIGIT.search(text):
        found += [*numbers_in(text), *places_in(text)]
    return merged(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap made one, of the more telling kind."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start < whole[-1].end:
            last = whole.pop()
            kind = min(last.kind, span.kind, key=RANK.__getitem__)
            span = Span(last.start, max(last.end, span.end), kind)
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
