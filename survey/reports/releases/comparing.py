"""What differs between figures that were frozen and the same figures now, and why.

How many people's answers moved is told in whole tens and nothing finer; that figures moved at all
is told of each row by the names of those that did.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Content = Mapping[str, Any]
Blocks = Sequence[Mapping[str, Any]]

RESTATED, CLOSURES = "restated", "closures"
RULES, METHODS, MINIMUM_BASE = "rules", "methods", "minimum_base"
SAME = "Nothing has changed."
SENTENCES = {
    RESTATED: "blocks were counted anew with the first quarter of the year after",
    CLOSURES: "closures that came in or were put right after their month was sealed were counted "
    "with the first quarter of a year after",
    RULES: "rules say something else",
    METHODS: "other versions of the methods are in force",
    MINIMUM_BASE: "the minimum base is another",
}
# Where a release says what these go by.
SAID_IN = {RESTATED: "restated_blocks", CLOSURES: "recounted_closures"}
UNEXPLAINED = "for no reason that is known here: have `survey figures verify` run"


def changes(then: Content, now: Content) -> dict[str, Any]:
    """What differs: a sentence, the reasons, and each row with the names of its figures.

    Args:
        then: the content of a release.
        now: that of one frozen now, of the same period and partners.
    """
    reasons = [name for name in SENTENCES if _said(name, then) != _said(name, now)]
    anew = [block for block in now["restated_blocks"] if block not in then["restated_blocks"]]
    rows = list(_rows(then, now, anew))
    return {
        "changed": bool(reasons or rows),
        "says": _sentence(reasons, rows),
        "why": reasons,
        "restated": [year for year in now[RESTATED] if year not in then[RESTATED]],
        "rules": _two_sides(then[RULES], now[RULES]),
        "methods": _two_sides(then[METHODS], now[METHODS]),
        "rows": rows,
    }


def _said(reason: str, content: Content) -> Any:
    # What was frozen before closures were counted again knows of none.
    return content.get(SAID_IN.get(reason, reason), [])


def _sentence(reasons: list[str], rows: list[dict[str, Any]]) -> str:
    if not reasons:
        return f"Figures have changed {UNEXPLAINED}." if rows else SAME
    said = " and ".join(SENTENCES[name] for name in reasons)
    figures = f"{len(rows)} rows of figures differ" if rows else "no figure differs"
    return f"{said[0].upper()}{said[1:]}; {figures}."


def _rows(then: Content, now: Content, anew: Blocks) -> Iterator[dict[str, Any]]:
    """Rows that differ, and in how many people's answers, as far as blocks were counted anew."""
    for table in then["tables"]:
        frozen, today = (
            {row[table]: row for row in content["tables"].get(table, ())} for content in (then, now)
        )
        for key in sorted(frozen | today):
            if names := _differing(frozen.get(key, {}), today.get(key, {})):
                moved = _people([block for block in anew if block[table] == key])
                yield {"table": table, "row": key, "figures": names, "people": moved}
    if names := _differing(then["total"], now["total"]):
        yield {"table": "total", "row": None, "figures": names, "people": _people(anew)}


def _people(blocks: Blocks) -> int | None:
    """In how many people's answers these blocks moved; None of no block."""
    return sum(block["people"] for block in blocks) if blocks else None


def _differing(then: Content, now: Content) -> list[str]:
    """The names of figures that are not the same."""
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def _two_sides(then: Content, now: Content) -> dict[str, Any]:
    """Of what differs, both sides; null where one has nothing."""
    return {
        name: {"then": then.get(name), "now": now.get(name)}
        for name in sorted(_differing(then, now))
    }
