"""Labelled comments: our own, and those of the development data whose licence allows training.

Our own (`comments/`) are made up, line by line, with personal details marked as `[[KIND:detail]]`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).with_name("comments")
MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")

PRAISE = (
    "useful clear quick friendly polite great fast simple accurate efficient professional reliable"
    " nice pleasant satisfactory prompt supportive fair correct straightforward right acceptable"
)
BLAME = (
    "slow confusing difficult unhelpful terrible awful poor late unclear complicated disappointing"
    " frustrating horrible incorrect hard annoying unfair unreasonable useless stressful broken"
)


@dataclass(frozen=True)
class Example:
    """A labelled comment.

    Attributes:
        text: without marks.
        label: negative, neutral (mixed and empty ones too) or positive.
        question: that it answers, where it is known.
        themes: keys, where it was labelled with themes.
        details: (start, end, kind) of each personal detail.
        source: the file's name.
    """

    text: str
    label: str
    question: str | None
    themes: tuple[str, ...]
    details: tuple[tuple[int, int, str], ...]
    source: str


def own_examples(*names: str) -> list[Example]:
    """Our own comments, of the files named, or of all."""
    files = [OWN / f"{name}.jsonl" for name in names] or sorted(OWN.glob("*.jsonl"))
    return [example for path in files for example in read_examples(path)]


def negations() -> list[Example]:
    """What a "not" does, spelled out: no corpus is large enough to show it for each word."""
    return [
        Example(f"{start} {verb} {word}.", label, None, (), (), "negations")
        for words, label in ((PRAISE, "negative"), (BLAME, "neutral"))
        for word in words.split()
        for start in ("It", "The reply")
        for verb in ("isn't", "wasn't", "is not", "was not")
    ]


def read_examples(path: Path) -> Iterator[Example]:
    """The examples of a file of JSON lines; the development data's and our own look alike."""
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        yield _example(json.loads(line), path.stem)


def _example(row: dict[str, Any], source: str) -> Example:
    text, details = unmarked(row["text"])
    given = [(one["start"], one["end"], one["type"]) for one in row.get("pii", [])]
    return Example(
        text=text,
        label=row.get("sentiment") or row.get("label", ""),
        question=row.get("question") or row.get("q"),
        themes=tuple(row.get("themes", ())),
        details=tuple(given or details),
        source=source,
    )


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """A text without its marks, and where in it each marked detail stands."""
    plain, details, end = "", [], 0
    for mark in MARK.finditer(text):
        plain += text[end : mark.start()]
        details.append((len(plain), len(plain) + len(mark[2]), mark[1]))
        plain += mark[2]
        end = mark.end()
    return plain + text[end:], details
