"""What the API document shows of releases, made from the example of figures for boards."""

from typing import Any

from survey.reports.example import FOR_A_BOARD
from survey.reports.releases.comparing import changes
from survey.reports.releases.content import COMMON, TABLES

_HEAD = {
    "id": "5f0c2a3e-8a53-4a0e-9a0b-3d2f4c1b7e66",
    "frozen_at": "2026-11-22T19:00:00Z",
    "frozen_by": "analyst",
    "fingerprint": FOR_A_BOARD["fingerprint"],
}
_LISTED = {
    "name": "Partnership board, October",
    "period": FOR_A_BOARD["period"],
    "partners": ["OCC"],
}
_KEYS = {"month": "2026-07", "service": "payroll", "partner": "OCC"}


def _row(by: str) -> dict[str, Any]:
    return {by: _KEYS[by], **FOR_A_BOARD["total"]}


_CONTENT = {
    **{said: FOR_A_BOARD[said] for said in COMMON},
    "restated_blocks": [],
    "recounted_closures": [],
    "methods": {
        "readings": {"edition": 1, "method": "lexicon 3"},
        "questionnaires": [{"name": "default", "version": 1}],
        "service": "0.1.0",
    },
    "tables": {by: [_row(by)] for by in TABLES},
}
_SINCE = _CONTENT | {"methods": _CONTENT["methods"] | {"service": "0.2.0"}}

EXAMPLE = _HEAD | _LISTED | _CONTENT
LIST_EXAMPLE = {"releases": [_HEAD | _LISTED], "next": None}
CHANGES_EXAMPLE = {"id": _HEAD["id"], "fingerprint": _HEAD["fingerprint"]} | changes(
    _CONTENT, _SINCE
)
