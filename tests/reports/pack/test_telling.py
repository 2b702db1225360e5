"""What a pack tells: whoever makes one without answers hears why, and shares are rounded once."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import cli
from survey.foundation.database import db
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.periods import parse
from tests.reports.blocks.given import give_many, seal_all


@pytest.mark.usefixtures("can_print", "app", "partnership")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_makes_a_pack_without_answers_hears_what_is_sealed(tmp_path: Path) -> None:
    file = tmp_path / "pack.pdf"

    def made() -> Result:
        return CliRunner().invoke(cli, ["pack", "--period", "2026-Q1", "--output", str(file)])

    nothing = made()
    assert (nothing.exit_code, file.exists()) == (1, False)
    of = "there is nothing to tell of 2026-01 to 2026-03"
    assert nothing.stderr == f"Error: {of}: no month is sealed yet\n"
    give_many([5, 4, 3] * 9)
    db.session.commit()
    unsealed = made()
    assert (unsealed.exit_code, file.exists(), unsealed.stdout) == (0, True, "")
    said = "there are no answers in it, only closed enquiries: no month is sealed yet"
    assert unsealed.stderr == f"{file}: {said}\n"


@pytest.mark.usefixtures("app", "partnership")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_bar_of_ratings_says_the_shares_of_its_table() -> None:
    """11 of 31 are 35.48 %: 35 % once rounded, 36 % rounded twice."""
    give_many([4] * 11 + [5] * 20, partner="OCC")
    seal_all()
    said = composed(pack_content(parse("2026-Q1"), "OCC", None), "en").replace("\u00a0", " ")
    assert "4: 35 %</text>" in said
    assert "<td>35 % <small>" in said
