"""What has changed since the period before: the pack's one declared table, and its verdicts.

It holds the total, every service, and every partner where there are several, whatever comes of it;
so the verdicts are adjusted for all of them together (`changes`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey.reports.changes import Change, changed_since
from survey.reports.changes import Row as Compared

# What a line is of: a dimension of figures and a code, or everything.
Key = tuple[str, str]
TOTAL: Key = ("total", "")
Share = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """Satisfaction now and in the period before.

    Either is None where it may not be shown, and then there is no change to tell.
    """

    key: Key
    now: Share | None
    before: Share | None
    change: Change | None


def since(
    now: Mapping[Key, Mapping[str, Any]], before: Mapping[Key, Mapping[str, Any]]
) -> list[Line]:
    """The table, in the order of `now`.

    Args:
        now: rows of board figures, the total among them.
        before: the same of the period before.
    """
    pairs = {key: (_share(row), _share(before.get(key, {}))) for key, row in now.items()}
    both = {key: _compared(*pair) for key, pair in pairs.items() if all(pair)}
    changes = dict(zip(both, changed_since(list(both.values())), strict=True))
    return [Line(key, *pair, changes.get(key)) for key, pair in pairs.items()]


def extremes(lines: Iterable[Line]) -> tuple[Line, Line] | None:
    """The least and the most satisfied of these lines; None where nothing tells two apart."""
    shown = sorted((line.now["value"], line.key, line) for line in lines if line.now)
    if len(shown) < 2 or shown[0][0] == shown[-1][0]:
        return None
    return shown[0][-1], shown[-1][-1]


def _share(row: Mapping[str, Any]) -> Share | None:
    """The share of satisfied people; None where it is not shown, or of nobody."""
    share: Share | None = row.get("csat")
    return share if share and share["value"] is not None else None


def _compared(now: Any, before: Any) -> Compared:
    return Compared(
        part=round(now["value"] * now["n"]),
        n=now["n"],
        before=round(before["value"] * before["n"]),
        n_before=before["n"],
    )
