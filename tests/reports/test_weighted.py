"""The weighted csat of the total, from closures to answers."""

from typing import Any

import pytest

from survey.reports.figures import figures
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.schema import FiguresAnswer
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

HAPPY = Story(answers=(Answer(rating=5),))
LATE = Story(within=False, answers=(Answer(rating=2),))
SILENT = Story(within=False)


def ask(*by: str, **more: Any) -> Any:
    return figures(FiguresQuery(parse("2026-H1"), by, **more), None)


def test_who_seldom_answers_counts_for_all_who_were_served_like_that() -> None:
    kept_from_asking = [Story(within=False, fate=fate) for fate in ("quiet_period", "no_address")]
    # Nobody is to be asked about these: they change nothing.
    others = [Story(fate=fate) for fate in ("shared_mailbox", "outcome_off", "pending")] * 40
    elsewhere = [Story(partner="OCC", fate="no_address")] * 90
    plant([HAPPY] * 120 + [LATE] * 80 + [SILENT] * 100 + kept_from_asking * 30)
    plant(others + elsewhere)
    answer = ask("service")
    assert FiguresAnswer().validate(answer) == {}
    total = answer["total"]
    # 120 kept their target and 240 did not: a third, where 120 of 200 answers are satisfied.
    assert (total["csat"]["value"], total["weighted_csat"]["value"]) == (0.6, 0.33)
    assert (total["weighted_csat"]["n"], total["weighted_csat"]["compared"]) == (200, "lower")
    assert "weighted_csat" not in answer["rows"][0]
    assert ask(cohort=ANSWERED)["total"]["weighted_csat"] is None


def test_of_fewer_answers_it_is_not_told() -> None:
    plant([HAPPY] * 119 + [LATE] * 80 + [SILENT] * 100)
    assert ask()["total"]["weighted_csat"] is None
