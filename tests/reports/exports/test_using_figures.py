"""The page on using figures: what it tells people to run does run, and its columns exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from survey.foundation.database import db
from survey.reports.example import EXAMPLE
from survey.reports.exports.table import table_of
from tests.conftest import MakeKey
from tests.processes import PATIENCE
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

PAGE = (Path(__file__).parents[3] / "docs" / "using-figures.md").read_text()


def code_in(language: str) -> list[str]:
    """The examples in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.usefixtures("small_base")
def test_the_python_example_runs_and_fetches_only_what_changed(
    site: str, make_key: MakeKey, tmp_path: Path
) -> None:
    plant([Story(answers=(Answer(rating=5),))] * BASE)
    key = make_key("figures:explore")
    program = code_in("python")[0]

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "SURVEY_URL": site, "SURVEY_KEY": key},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    first = run()
    assert f"payroll 2026-Q1 100.0% of {BASE}" in first
    assert "payroll 2026-Q2 not shown" in first
    kept = tmp_path / "figures.csv"
    kept.write_text(kept.read_text().replace("payroll", "marked"))
    assert "marked 2026-Q1" in run()
    plant([Story(answers=(Answer(rating=1),))])
    db.session.commit()
    assert f"payroll 2026-Q1 75.0% of {BASE + 1}" in run()


def test_the_python_example_says_why_it_was_refused(site: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code_in("python")[0]],
        env={**os.environ, "SURVEY_URL": site, "SURVEY_KEY": "svy_nobody"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("401: {")
    assert list(tmp_path.glob("figures.*")) == []


def test_every_column_that_the_page_names_exists() -> None:
    columns = {column.name for column in table_of(EXAMPLE).columns}
    power_query, rules = code_in("m")
    named = {
        *re.findall(r'\{"(\w+)", ', power_query),
        *re.findall(r"Figures\[(\w+)\]", code_in("dax")[0]),
        *re.findall(r'\["(\w+)"\]', code_in("python")[1]),
        *re.findall(r"shown\$(csat\w*)", code_in("r")[0]),
    }
    assert len(named) > 10
    assert named <= columns | {"service"}
    assert set(re.findall(r"Answer\[(\w+)\]", rules)) <= set(EXAMPLE)
    table = PAGE.partition("## What the columns are")[2].partition("\n## ")[0]
    for name in re.findall(r"`([a-z_0-9]+)(?:_?…)?`", table):
        found = any(column.startswith(name) for column in columns)
        assert found or name in {"by", "rules", "disclosure"}, name
