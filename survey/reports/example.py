"""The answers that the API document shows, made from counts by the code that makes the real ones.

One is for insiders and one for a board, about the same partner's quarter.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from survey.reports.blocks.published import BLOCKS, BOARD_RULES, FOR_BOARDS
from survey.reports.blocks.row import Sealed, board_row
from survey.reports.measures import Estimate
from survey.reports.query import CLOSED
from survey.reports.raking import LOWER, Weighted
from survey.reports.row import Row, row_of
from survey.reports.rules import RULES
from survey.reports.stamp import INSIDERS_ONLY
from survey.reports.tally import Tally, sum_of

_COUNTED = Tally(
    ratings=Counter({1: 4, 2: 6, 3: 11, 4: 40, 5: 62}),
    ease=Counter({1: 3, 2: 8, 3: 14, 4: 45, 5: 50}),
    resolved=Counter(yes=108, partly=7, no=5),
    sentiment=Counter(negative=18, neutral=9, positive=44, mixed=5, none=46, unread=1),
    questions=Counter(via=120, likely=110),
    chosen=Counter(
        {
            **{("via", "phone"): 71, ("via", "portal"): 49},
            **{("likely", "10"): 40, ("likely", "8"): 45, ("likely", "5"): 25},
        }
    ),
    recommendation=Counter({("likely", 10): 40, ("likely", 8): 45, ("likely", 5): 25}),
    first_reply=Counter({"0-1": 140, "1-2": 95, "2-4": 70, "4-8.5": 60, "8.5-17": 25}),
    hours=Counter({"4-8.5": 130, "17-25.5": 140, "42.5-59.5": 90, "59.5-85": 50}),
    not_asked=Counter(quiet_period=51, no_address=20, opted_out=8),
    within_target=279,
    asked=331,
    accepted=322,
    held=2,
)
_QUARTER = (1, "2026-Q3")
_SEALED = Sealed(_COUNTED, {_QUARTER}, {_QUARTER: _COUNTED})


def _example(partners: tuple[str, ...], row: Row, total: Row, **about: Any) -> dict[str, Any]:
    head = {"as_of": "2026-11-22T19:00:00Z", "fingerprint": "5b1f0c" + "9e" * 29}
    period = {"from": "2026-07-01", "to": "2026-09-30", "time_zone": "Europe/London"}
    rows = [{"partner": partner, "quarter": "2026-Q3"} | row for partner in partners]
    asked = {"by": ["partner", "quarter"], "minimum_base": 10}
    return {**head, "period": period, **about, **asked, "rows": rows, "total": total}


_FOR_A_BOARD = board_row(_SEALED, _COUNTED, several=False)
EXAMPLE = _example(
    ("HCC", "OCC"),
    row_of(_COUNTED, 10, CLOSED),
    row_of(sum_of([_COUNTED, _COUNTED]), 10, CLOSED)
    | {
        "weighted_csat": asdict(Weighted(0.77, 246, 0.71, 0.82, 1.18, LOWER)),
        "delay_cost": asdict(Estimate(2.4, 246, 0.85, 3.95)),
    },
    cohort=CLOSED,
    release=INSIDERS_ONLY,
    rules=RULES,
)
FOR_A_BOARD = _example(
    ("OCC",),
    _FOR_A_BOARD,
    _FOR_A_BOARD,
    cohort=BLOCKS,
    release=FOR_BOARDS,
    whole_quarters=[],
    restated=[],
    rules=BOARD_RULES,
)
EXAMPLES = {
    "insiders": {"summary": "With figures:explore: counted now", "value": EXAMPLE},
    "board": {"summary": "With figures:read: of sealed blocks", "value": FOR_A_BOARD},
}
