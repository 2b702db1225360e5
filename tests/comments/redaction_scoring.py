"""How well personal details are found: precision and recall over marked comments, by overlap.

A true detail is found if a span of the same kind overlaps it; a span is right if it overlaps one.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from survey.comments.redaction.span import Redaction, Span

MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]", re.DOTALL)
Marked = tuple[str, list[Span]]


@dataclass(frozen=True)
class Score:
    """Shares of one: of what was struck out, what was right; of what is there, what was found."""

    precision: float
    recall: float
    recall_without_names: float
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}  "
            f"recall without names {self.recall_without_names:.3f}"
        )


def marked(file: Path) -> list[Marked]:
    """Comments with their true details, marked in the text or listed beside it."""
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [
        (row["text"], [Span(each["start"], each["end"], each["type"]) for each in row["pii"]])
        if "pii" in row
        else unmarked(row["text"])
        for row in rows
    ]


def unmarked(text: str) -> Marked:
    """A text without its [[KIND:detail]] marks, and where the details stand in it."""
    parts: list[str] = []
    spans: list[Span] = []
    past = length = 0
    for mark in MARK.finditer(text):
        parts += (text[past : mark.start()], mark[2])
        start = length + mark.start() - past
        length = start + len(mark[2])
        spans.append(Span(start, length, mark[1]))
        past = mark.end()
    return "".join((*parts, text[past:])), spans


def score(rows: Iterable[Marked], redact: Callable[[str], Redaction]) -> Score:
    """Compare what is found with what is there."""
    right: list[bool] = []
    found: list[tuple[str, bool]] = []
    missed: list[str] = []
    wrong: list[str] = []
    for text, true in rows:
        spans = redact(text).spans
        for span in spans:
            right.append(any(overlap(span, each) for each in true))
            if not right[-1]:
                wrong.append(f"{span.kind} {text[span.start : span.end]!r} in {text!r}")
        for each in true:
            found.append((each.kind, any(overlap(span, each) for span in spans)))
            if not found[-1][1]:
                missed.append(f"{each.kind} {text[each.start : each.end]!r} in {text!r}")
    numbers = [hit for kind, hit in found if kind != "PERSON"]
    recall = share([hit for _, hit in found])
    return Score(share(right), recall, share(numbers), tuple(missed), tuple(wrong))


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans of one kind have a character in common."""
    return one.kind == other.kind and one.start < other.end and other.start < one.end


def share(hits: list[bool]) -> float:
    """The share that is true; of nothing, all."""
    return sum(hits) / len(hits) if hits else 1.0
