"""What differs between figures that were frozen and the same figures now, and why.

How many people's answers moved is told in whole tens and nothing finer; that figures moved at all
is told of each row by the names of those that did.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]

RULES, METHODS, MINIMUM_BASE = "rules", "methods", "minimum_base"
SAME = "Nothing has changed."
SENTENCES = {
    RULES: "rules say something else",
    METHODS: "other versions of the methods are in force",
    MINIMUM_BASE: "the minimum base is another",
}
UNEXPLAINED = "for no reason that is known here: have `survey figures verify` run"


def changes(then: Content, now: Content) -> dict[str, Any]:
    """What differs: a sentence, the reasons, and each row with the names of its figures.

    Args:
        then: the content of a release.
        now: that of one frozen now, of the same period and partners.
    """
    reasons = [name for name in SENTENCES if then.get(name) != now.get(name)]
    rows = list(_rows(then, now))
    return {
        "changed": bool(reasons or rows),
        "says": _sentence(reasons, rows),
        "why": reasons,
        "rules": _two_sides(then[RULES], now[RULES]),
        "methods": _two_sides(then[METHODS], now[METHODS]),
        "rows": rows,
    }


def _sentence(reasons: list[str], rows: list[dict[str, Any]]) -> str:
    if not reasons:
        return f"Figures have changed {UNEXPLAINED}." if rows else SAME
    said = " and ".join(SENTENCES[name] for name in reasons)
    figures = f"{len(rows)} rows of figures differ" if rows else "no figure differs"
    return f"{said[0].upper()}{said[1:]}; {figures}."


def _rows(then: Content, now: Content) -> Iterator[dict[str, Any]]:
    for table in then["tables"]:
        frozen, today = (
            {row[table]: row for row in content["tables"].get(table, ())} for content in (then, now)
        )
        for key in sorted(frozen | today):
            if names := _differing(frozen.get(key, {}), today.get(key, {})):
                yield {"table": table, "row": key, "figures": names}
    if names := _differing(then["total"], now["total"]):
        yield {"table": "total", "row": None, "figures": names}


def _differing(then: Content, now: Content) -> list[str]:
    """The names of figures that are not the same."""
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def _two_sides(then: Content, now: Content) -> dict[str, Any]:
    """Of what differs, both sides; null where one has nothing."""
    return {
        name: {"then": then.get(name), "now": now.get(name)}
        for name in sorted(_differing(then, now))
    }
