"""What a file is called that somebody downloads: by what was asked, so that files are told apart.

Whatever stands in a question may be long, or no name for a file: only what every file system takes
is left of it.
"""

import re
from collections.abc import Mapping

from survey.reports.query import FILTERS

NARROWING = (*FILTERS, "theme", "sentiment", "cohort")
# Of each part; names of files may have 255 characters.
LONGEST = 24
_NOT_SAFE = re.compile(r"[^A-Za-z0-9_-]+")


def file_name(
    what: str,
    months: tuple[str, str],
    asked: Mapping[str, str],
    visible: frozenset[str] | None,
    ending: str,
) -> str:
    """Such as "figures-OCC-by-service-and-month-2026-01-to-2026-03.csv".

    Args:
        what: what is in it.
        months: the first and the last, as "2026-01".
        asked: the parameters of the question, by their names.
        visible: the codes of the partners that whoever asks may see (None: all); a single one
            narrows as a question does.
        ending: without its dot.
    """
    told = {"partner": next(iter(visible))} if visible and len(visible) == 1 else {}
    told |= {name: asked[name] for name in NARROWING if asked.get(name)}
    narrowed = [told[name] for name in NARROWING if name in told]
    by = ["by", asked["by"].replace(",", "-and-")] if asked.get("by") else []
    first, last = months
    of = [first] if first == last else [first, "to", last]
    return (
        "-".join([what, *filter(None, map(_safe, narrowed)), *map(_safe, by), *of]) + f".{ending}"
    )


def _safe(text: str) -> str:
    return _NOT_SAFE.sub("-", text)[:LONGEST].strip("-")
