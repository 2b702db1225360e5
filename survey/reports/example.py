"""The answer that the API document shows, made from counts by the code that makes the real ones."""

from collections import Counter
from typing import Any

from survey.reports.query import CLOSED
from survey.reports.row import row_of
from survey.reports.rules import RULES
from survey.reports.stamp import INSIDERS_ONLY
from survey.reports.tally import Tally

_ROW = row_of(
    Tally(
        ratings=Counter({1: 4, 2: 6, 3: 11, 4: 40, 5: 62}),
        ease=Counter({1: 3, 2: 8, 3: 14, 4: 45, 5: 50}),
        resolved=Counter(yes=108, partly=7, no=5),
        sentiment=Counter(negative=18, neutral=9, positive=44, mixed=5, none=46, unread=1),
        questions=Counter(via=120),
        chosen=Counter({("via", "phone"): 71, ("via", "portal"): 49}),
        first_reply=Counter({"0-1": 140, "1-2": 95, "2-4": 70, "4-8.5": 60, "8.5-17": 25}),
        hours=Counter({"4-8.5": 130, "17-25.5": 140, "42.5-59.5": 90, "59.5-85": 50}),
        not_asked=Counter(quiet_period=51, no_address=20, opted_out=8),
        within_target=279,
        asked=331,
        accepted=322,
        held=2,
    ),
    10,
    CLOSED,
)

EXAMPLE: dict[str, Any] = {
    "as_of": "2026-11-22T19:00:00Z",
    "fingerprint": "5b1f0c" + "9e" * 29,
    "period": {"from": "2026-07-01", "to": "2026-07-31", "time_zone": "Europe/London"},
    "cohort": CLOSED,
    "release": INSIDERS_ONLY,
    "by": ["service", "month"],
    "minimum_base": 10,
    "rules": RULES,
    "rows": [{"service": "payroll", "month": "2026-07"} | _ROW],
    "total": _ROW,
}
