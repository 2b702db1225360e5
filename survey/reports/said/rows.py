"""One row for each theme: how many name it, their share, and how it changed. Plain values only."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from survey.reports import measures
from survey.reports.row import WITHHELD
from survey.reports.said.spoken import SAYING, Spoken

Row = dict[str, Any]


def theme_row(theme: str, name: str, now: Spoken, before: Spoken, minimum_base: int) -> Row:
    """What is said of a theme, in a period and in the one before it.

    Of a period with fewer comments than the minimum base nothing is told, as if it had none.
    """
    row: Row = {"theme": theme, "name": name, "withheld": WITHHELD}
    row |= dict.fromkeys(("count", "share", "sentiment", "before", "change"))
    if now.comments < minimum_base:
        return row
    labels = now.themes.get(theme, Counter())
    row |= {
        "withheld": None,
        "count": labels.total(),
        "share": asdict(measures.share(labels.total(), now.comments)),
        "sentiment": {label: labels[label] for label in SAYING},
    }
    if before.comments >= minimum_base:
        row |= _change(labels.total(), now.comments, _count(before, theme), before.comments)
    return row


def _count(spoken: Spoken, theme: str) -> int:
    return spoken.themes.get(theme, Counter()).total()


def _change(count: int, n: int, count_before: int, n_before: int) -> Row:
    grown = measures.difference(count, n, count_before, n_before)
    return {
        "before": {"count": count_before, "n": n_before},
        "change": {"value": grown.value, "low": grown.low, "high": grown.high},
    }
