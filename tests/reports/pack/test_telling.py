"""A pack without answers is made of closed enquiries, and says so; one without both is not."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import cli
from survey.foundation.database import db
from tests.reports.blocks.given import give_many


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
