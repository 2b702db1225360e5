"""What boards may ask about what people say: whole quarters, of all partners they see or of one."""

from collections.abc import Mapping
from typing import Any

from survey.reports.periods import Period, parse
from survey.reports.query import FiguresQuery, Refused

PARAMETERS = ("period", "partner")


def quarters_asked_for(texts: Mapping[str, Any], default: Period) -> FiguresQuery:
    """The question that the parameters put.

    Args:
        texts: the parameters by their names.
        default: where no period is given, the whole quarters in this one.

    Raises:
        Refused: boards are not told that apart, or the period is not of whole quarters.
        UnknownPeriod: the period is none.
    """
    for name in texts:
        if name not in PARAMETERS:
            raise Refused(
                f"what people say is told to boards by partner and quarter, not by {name}; "
                f"parameters: {', '.join(PARAMETERS)}"
            )
    period = parse(texts["period"]) if "period" in texts else default.whole_quarters or default
    if period != period.whole_quarters:
        raise Refused(
            "what people say is told to boards by whole quarters: 2026-Q3, 2026, or a range such "
            f"as 2025-Q3..2026-Q2; nearest to what you ask: period={_quarters_around(period)}"
        )
    return FiguresQuery(period, filters={n: texts[n] for n in ("partner",) if n in texts})


def _quarters_around(period: Period) -> str:
    first, last = (f"{at // 12:04d}-Q{at % 12 // 3 + 1}" for at in (period.first, period.last))
    return first if first == last else f"{first}..{last}"
