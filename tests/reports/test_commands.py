"""`survey figures`, as an operator reads it."""

import pytest
from click.testing import CliRunner, Result

from survey.foundation.database import db
from survey.reports.commands import figures
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")


def run(*arguments: str) -> Result:
    db.session.commit()
    return CliRunner().invoke(figures, arguments)


def test_the_table_shows_each_row_and_what_it_stands_on() -> None:
    plant([Story(answers=(Answer(rating=5),), tenths=75)] * BASE + [Story(service="hr")])
    result = run("--period", "2026-Q1", "--by", "service")
    assert result.exit_code == 0
    shown = {line.split("│")[1].strip(): line for line in result.output.splitlines() if "│" in line}
    assert "100.0 % [44–100]" in shown["payroll"]
    # In the middle of the band from 4 to 8.5 hours.
    assert " 6.2 " in shown["payroll"]
    assert "–" in shown["hr"]
    assert "100.0 % [30–95]" not in shown["hr"]
    assert "75.0 % [30–95]" in shown["total"]
    assert "from 2026-01-01 to 2026-03-31 (Europe/London)" in result.output
    assert f"fewer than {BASE} answers" in result.output


def test_only_one_partner_when_asked_for() -> None:
    plant([Story(partner="OCC"), Story(partner="HCC")])
    result = run("--partner", "OCC", "--period", "2026", "--by", "partner")
    assert "OCC" in result.output
    assert "HCC" not in result.output


def test_only_what_we_mail_the_link_for_when_asked_for() -> None:
    answers = (Answer(rating=5),)
    plant([Story(answers=answers)] * BASE + [Story(answers=answers, deliver="link")] * (BASE + 1))
    for options, n in (
        (("--deliver", "mail"), BASE),
        (("--deliver", "link"), BASE + 1),
        ((), 2 * BASE + 1),
    ):
        result = run("--period", "2026", "--by", "partner", *options)
        total = next(line for line in result.output.splitlines() if "total" in line)
        assert total.split("│")[2].strip() == str(n)


def test_a_topic_is_shown_as_it_is_written() -> None:
    plant([Story(topic="[bold]payslip[/bold]"), Story(topic=None)])
    result = run("--period", "2026", "--by", "topic")
    assert "[bold]payslip[/bold]" in result.output
    assert "(none)" in result.output


def test_a_wrong_question_ends_with_one_line_that_mends_it() -> None:
    for option, value, named in (
        ("--partner", "XYZ", "known: HC, HCC, HFRS, OCC"),
        ("--period", "soon", "2026-Q3"),
        ("--deliver", "post", "mail, link"),
        ("--by", "rating", "directorate"),
        ("--by", "month,service,topic", "2 dimensions"),
    ):
        result = run(option, value)
        assert result.exit_code == 1
        assert result.output.count("\n") == 1
        assert named in result.output
