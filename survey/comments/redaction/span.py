"""What redaction gives: the text without personal details, and where each of them stood."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """A personal detail: from `start` up to, not including, `end` of the text as it came."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Redaction:
    """A redacted text: each span is replaced by its kind in brackets, as in "[PHONE]".

    Attributes:
        text: what may be shown.
        spans: in order, none overlapping another.
        hints: kinds of special-category data the text hints at, such as "health"; they stay in it.
    """

    text: str
    spans: tuple[Span, ...]
    hints: tuple[str, ...] = ()
