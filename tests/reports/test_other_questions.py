"""Figures of questions of one's own: counted by key, added up only where the scale is the same."""

import csv
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.foundation.database import db
from survey.reports.exports.csv_table import csv_lines
from survey.reports.exports.table import table_of
from survey.reports.figures import figures
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.schema import FiguresAnswer
from tests.questionnaire.written import RATING, load_questionnaire, question
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

VIA = question("via", "choice", options=("phone", "mail"))
MISSING = question("missing", "choices", options=("form", "answer", "person"))
WAIT = question("wait", "rating")
FIRST = RATING + VIA + MISSING + WAIT
REWORDED = FIRST.replace("Via?", "How did you reach us?")
LONGER = FIRST.replace(VIA, question("via", "choice", options=("phone", "mail", "chat")))


@pytest.fixture(autouse=True)
def own(small_base: None) -> None:
    """Three versions: the second in other words, the third with another option."""
    for text in (FIRST, REWORDED, LONGER):
        load_questionnaire("own", text)


def ask(*by: str, **more: Any) -> Any:
    return figures(FiguresQuery(parse("2026-H1"), by, **more), None)


def answered(version: int, **given: Any) -> Story:
    answer = Answer(questionnaire=("own", version), given=tuple(given.items()))
    return Story(answers=(answer,))


def test_words_may_change_and_are_added_up_and_another_scale_is_counted_apart() -> None:
    plant(
        [answered(1, via="phone")] * 2
        + [answered(2, via="mail")] * 3
        + [answered(3, via="chat")] * 4
        + [answered(3, via="phone")]
    )
    assert ask()["total"]["questions"] == {
        "via": {"n": 5, "counts": {"phone": 2, "mail": 3}},
        "via@own.3": {"n": 5, "counts": {"phone": 1, "mail": 0, "chat": 4}},
    }


def test_one_answer_may_count_for_several_choices_and_points_are_counted_as_chosen() -> None:
    plant(
        [answered(1, missing=["form", "person"], wait=5)] * 2
        + [answered(1, missing=["form"], wait=1)] * 2
    )
    assert ask()["total"]["questions"] == {
        "missing": {"n": 4, "counts": {"form": 4, "answer": 0, "person": 2}},
        "wait": {"n": 4, "counts": {"5": 2, "4": 0, "3": 0, "2": 0, "1": 2}},
    }


def test_a_question_that_too_few_answered_is_withheld_and_so_is_a_row_of_too_few() -> None:
    few = [answered(1, via="phone")] * (BASE - 1)
    plant([Story(answers=(Answer(),))] * BASE + few + [replace(few[0], service="hr")])
    payroll, hr = ask("service")["rows"][::-1]
    assert (payroll["n"], payroll["questions"]) == (2 * BASE - 1, {"via": None})
    assert (hr["n"], hr["questions"]) == (None, None)


def test_only_the_answer_that_counts_counts() -> None:
    first = Answer(questionnaire=("own", 1), given=(("via", "phone"),))
    last = replace(first, given=(("via", "mail"),))
    held = replace(first, hold="held")
    plant([Story(answers=(first, last, held))] * BASE)
    for cohort in ("closed", ANSWERED):
        counted = ask(cohort=cohort)["total"]["questions"]
        assert counted == {"via": {"n": BASE, "counts": {"phone": 0, "mail": BASE}}}


def test_csv_has_a_column_for_each_value_of_the_questions_its_rows_are_about() -> None:
    plant([answered(1, via="phone")] * BASE + [Story(service="hr", answers=(Answer(),))] * BASE)
    answer = ask("service")
    assert FiguresAnswer().validate(answer) == {}
    hr, payroll = csv.DictReader(csv_lines(table_of(answer)))
    names = ("questions_via_n", "questions_via_counts_phone", "questions_via_counts_mail")
    assert [payroll[name] for name in names] == [str(BASE), str(BASE), "0"]
    assert [hr[name] for name in names] == ["", "", ""]


def test_recommendation_is_of_the_first_question_of_its_kind_and_nothing_where_none_asks() -> None:
    nothing = {"value": None, "n": 0, "low": None, "high": None}
    plant([answered(1, via="phone")] * BASE)
    assert ask()["total"]["recommendation"] == nothing
    twice = question("again", "recommendation") + question("others", "recommendation")
    load_questionnaire("likely", RATING + twice)
    given = (("again", 10), ("others", 0)), (("again", 9), ("others", 0)), (("again", 6),)
    plant([Story(answers=(Answer(questionnaire=("likely", 1), given=each),)) for each in given])
    total = ask()["total"]
    assert (total["recommendation"]["value"], total["recommendation"]["n"]) == (0.3333, 3)
    assert total["questions"]["again"]["n"] == 3


def test_recommendation_tells_nothing_of_a_question_that_too_few_answered() -> None:
    load_questionnaire("likely", RATING + question("again", "recommendation"))
    load_questionnaire("rarely", RATING + question("rare", "recommendation"))
    often = Answer(questionnaire=("likely", 1), given=(("again", 10),))
    rare = Answer(questionnaire=("rarely", 1), given=(("rare", 0),))
    plant([Story(answers=(often,))] * BASE + [Story(answers=(rare,))] * (BASE - 1))
    total = ask()["total"]
    assert total["questions"]["rare"] is None
    assert (total["recommendation"]["value"], total["recommendation"]["n"]) == (1.0, BASE)


GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "via": st.sampled_from(["phone", "mail"]),
        "missing": st.lists(st.sampled_from(["form", "answer", "person"]), min_size=1, unique=True),
        "wait": st.integers(1, 5),
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from(["hr", "payroll"]), GIVEN)))
def test_any_answers_are_counted_as_by_hand(told: list[tuple[int, str, dict[str, Any]]]) -> None:
    plant([replace(answered(version, **answers), service=s) for version, s, answers in told])
    answer = ask("service")
    db.session.rollback()
    for row in (*answer["rows"], answer["total"]):
        here = [answers for _, s, answers in told if row.get("service", s) == s]
        if len(here) < BASE:
            assert row["questions"] is None
            continue
        for key in ("via", "missing", "wait"):
            values = [answers[key] for answers in here if key in answers]
            chosen = Counter(
                str(one)
                for value in values
                for one in (value if isinstance(value, list) else [value])
            )
            if not values:
                assert key not in row["questions"]
            elif len(values) < BASE:
                assert row["questions"][key] is None
            else:
                assert row["questions"][key]["n"] == len(values)
                assert Counter(row["questions"][key]["counts"]) == chosen
