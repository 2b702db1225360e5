"""Measures themes and redaction on labelled comments: what was found, missed, and found wrongly.

Themes count by comment and key (micro-F1 over all). A personal detail counts as found where a span
of its kind touches it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.comments.redaction.redacting import redact
from survey.comments.text import text_of
from survey.comments.themes.matching import mentions
from survey.comments.themes.taxonomy import founding
from training.corpus import Example, read_examples

UNSEEN = Path(__file__).with_name("unseen")
NAME = "PERSON"

Detail = tuple[int, int, str]


@dataclass(frozen=True)
class Found:
    """How many were found rightly, wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """2 * right / (found + there)."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def themes_found(examples: Iterable[Example]) -> Found:
    """Themes against labels."""
    right = wrong = missed = 0
    for one in examples:
        found = {mention.theme for mention in mentions(text_of(one.text), founding())}
        labelled = set(one.themes)
        right += len(found & labelled)
        wrong += len(found - labelled)
        missed += len(labelled - found)
    return Found(right, wrong, missed)


def details_found(examples: Iterable[Example], *, names: bool = True) -> Found:
    """Personal details against labels; without names, where those are left out."""
    right = wrong = missed = 0
    for one in examples:
        spans: list[Detail] = [(s.start, s.end, s.kind) for s in redact(one.text).spans]
        labelled = _counted(one.details, names)
        right += sum(_touched(detail, spans) for detail in labelled)
        missed += sum(not _touched(detail, spans) for detail in labelled)
        wrong += sum(not _touched(span, one.details) for span in _counted(spans, names))
    return Found(right, wrong, missed)


def _counted(details: Iterable[Detail], names: bool) -> list[Detail]:
    return [detail for detail in details if names or detail[2] != NAME]


def _touched(detail: Detail, others: Collection[Detail]) -> bool:
    start, end, kind = detail
    return any(kind == other[2] and start < other[1] and other[0] < end for other in others)


def report(data: Path) -> str:
    """The tables, as Markdown."""
    helpdesk = list(read_examples(data / "helpdesk_comments.jsonl"))
    unseen = list(read_examples(UNSEEN / "service_desk.jsonl"))
    details = list(read_examples(UNSEEN / "details.jsonl"))
    lines = [
        "| themes | n | micro-F1 | precision | recall |",
        "| --- | --- | --- | --- | --- |",
        _themes("helpdesk", helpdesk),
        _themes("our unseen", unseen),
        "",
        "| personal details | n | precision | recall | recall without names |",
        "| --- | --- | --- | --- | --- |",
        _details("helpdesk", helpdesk),
        _details("sentences with details, and traps", list(read_examples(data / "pii.jsonl"))),
        _details("our unseen", unseen),
        _details("our unseen sentences, and traps", details),
    ]
    return "\n".join([*lines, ""])


def _themes(name: str, examples: Sequence[Example]) -> str:
    found = themes_found(examples)
    figures = f"{found.f1:.2f} | {found.precision:.2f} | {found.recall:.2f}"
    return f"| {name} | {len(examples)} | {figures} |"


def _details(name: str, examples: Sequence[Example]) -> str:
    found, nameless = details_found(examples), details_found(examples, names=False)
    figures = f"{found.precision:.2f} | {found.recall:.2f} | {nameless.recall:.2f}"
    return f"| {name} | {len(examples)} | {figures} |"
