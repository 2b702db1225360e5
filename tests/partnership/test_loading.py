"""Loading makes the database say what the file says, in one transaction, and says what changed."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey.foundation.database import db
from survey.partnership.commands import partnership_group
from survey.partnership.directory import NotLoaded, directory, forget_directory
from survey.partnership.file import SourceEntry, parse
from survey.partnership.loading import apply
from survey.partnership.model import CoordinatorRow, DirectorateRow, PartnerRow, ServiceRow
from survey.partnership.people import named_people
from survey.partnership.settings import Settings
from tests.databases import FOUNDING

TEXT = FOUNDING.read_text("utf-8")


def load(*replacements: tuple[str, str]) -> list[str]:
    """Apply the founding example with these pieces of text replaced; the changes, in words."""
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    changes = apply(parse(text.encode()))
    db.session.commit()
    return [str(change) for change in changes]


def without(start: str, end: str) -> tuple[str, str]:
    """What to replace so that everything from `start` up to `end` is gone."""
    first = TEXT.index(start)
    return TEXT[first : TEXT.index(end, first)], ""


def rows(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_first_time_everything_is_created(app: Flask) -> None:
    changes = load()
    assert changes[0] == "partnership created"
    assert "partners.OCC created" in changes
    assert "partners.OCC.directorates.children created" in changes
    assert (
        "partners.OCC.directorates.children.coordinators.rowan.eynsham@occ.example created"
        in changes
    )
    assert all(change.endswith(" created") for change in changes)
    known = directory()
    assert (known.name, known.provider) == ("Hampshire Shared Services", "HCC")
    assert known.settings == Settings()
    assert known.directorates["OCC", "children"].name == "Children, Education and Families"
    assert known.services["payroll"].target_hours == 17
    assert known.sources["servicenow"].precision == "minute"


def test_the_second_time_nothing_changes(app: Flask) -> None:
    load()
    assert load() == []


def test_what_is_written_differently_is_updated(app: Flask) -> None:
    load()
    changes = load(
        ("# delay_minutes = 60", "delay_minutes = 0"),
        ("target_hours = 42.5", "target_hours = 51"),
        ("# asks = true ", "asks = false"),
        ('name = "Rowan Eynsham"', 'name = "Robin Eynsham"'),
    )
    children = "partners.OCC.directorates.children"
    assert changes == [
        "partnership updated: settings.asking.delay_minutes 60 -> 0",
        "partners.HCC updated: asks True -> False",
        f"{children}.coordinators.rowan.eynsham@occ.example updated: "
        "name 'Rowan Eynsham' -> 'Robin Eynsham'",
        "services.pensions updated: target_hours 42.5 -> 51.0",
    ]
    assert directory().settings.asking.delay_minutes == 0
    assert not directory().partners["HCC"].asks


def test_what_the_file_no_longer_names_is_ended_and_kept(app: Flask) -> None:
    load()
    before = {model: rows(model) for model in (PartnerRow, DirectorateRow, CoordinatorRow)}
    with time_machine.travel(datetime(2027, 4, 1, tzinfo=UTC), tick=False):
        changes = load(without("[partners.OCC]", "# The lines of business"))
    assert "partners.OCC ended" in changes
    assert "partners.OCC.directorates.adults ended" in changes
    assert "partners.OCC.coordinators.philippa.ardley@occ.example ended" in changes
    assert all(change.startswith("partners.OCC") for change in changes)
    assert before == {model: rows(model) for model in before}
    ended = db.session.scalars(select(PartnerRow).where(PartnerRow.ended_at.is_not(None))).one()
    assert (ended.code, ended.ended_at) == ("OCC", datetime(2027, 4, 1, tzinfo=UTC))
    assert "OCC" not in directory().partners
    assert ("OCC", "adults") not in directory().directorates
    assert [one.code for one in directory().everything.partners if one.ended] == ["OCC"]
    assert load(without("[partners.OCC]", "# The lines of business")) == []


def test_what_is_named_again_is_revived_as_the_same(app: Flask) -> None:
    load()
    before = directory().services["schools"]
    gone = without("[services.schools]", "# Where enquiries come from")
    assert load(gone) == ["services.schools ended"]
    assert load(('"Schools"\ntarget_hours = 17', '"Schools"\ntarget_hours = 8')) == [
        "services.schools revived",
        "services.schools updated: target_hours 17.0 -> 8.0",
    ]
    assert directory().services["schools"].id == before.id


def test_a_failure_half_way_leaves_nothing(app: Flask) -> None:
    load()
    # The database refuses the last thing that is written, after everything else was.
    text = TEXT.replace('provider = "HCC"', 'provider = "OCC"').replace("s.HC]", "s.HX]")
    file = parse(text.replace("s.HC.", "s.HX.").encode())
    file = replace(file, sources={"portal": SourceEntry("Portal", "never")})
    with pytest.raises(IntegrityError, match="precision_is_known"):
        apply(file)
    db.session.rollback()
    forget_directory()
    assert directory().provider == "HCC"
    assert "HX" not in directory().partners
    assert load() == []


def test_before_a_file_is_loaded_the_directory_says_what_to_do(app: Flask) -> None:
    with pytest.raises(NotLoaded, match="survey partnership load"):
        directory()


def typed(file: Path) -> Result:
    """What `survey partnership load FILE` does."""
    return CliRunner().invoke(partnership_group, ["load", str(file)])


def test_the_command_prints_a_line_a_change_then_nothing_changed(app: Flask) -> None:
    first = typed(FOUNDING)
    assert first.exit_code == 0
    assert "partners.HFRS created" in first.stdout.splitlines()
    second = typed(FOUNDING)
    assert (second.exit_code, second.stdout) == (0, "nothing changed\n")
    assert rows(ServiceRow) == 7


def test_the_command_tells_every_mistake_and_applies_nothing(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(TEXT.replace("= 42.5", "= 0").replace('"minute"', '"hour"'), "utf-8")
    done = typed(wrong)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "services.pensions.target_hours: " in done.stderr
    assert "sources.servicenow.precision: " in done.stderr
    assert rows(PartnerRow) == 0


def test_the_command_wants_a_file_that_is_there(app: Flask, tmp_path: Path) -> None:
    assert typed(tmp_path / "none.toml").exit_code == 2


def test_a_nominated_person_who_is_no_longer_named_is_gone(app: Flask) -> None:
    load()
    changes = load(without("[partners.HFRS.nominated_person]", "[[partners.HFRS.coordinators]]"))
    assert changes == [
        "partners.HFRS updated: nominated_name 'Gideon Marchwood' -> None,"
        " nominated_email 'gideon.marchwood@hfrs.example' -> None"
    ]
    row = db.session.scalars(select(PartnerRow).where(PartnerRow.code == "HFRS")).one()
    assert (row.nominated_name, row.nominated_email) == (None, None)


THEME = '[themes.parking]\nname = "Parking"\nwords = ["car park*"]\n[services.finance]'


def test_themes_come_change_and_go(app: Flask) -> None:
    load()
    (added,) = load(("[services.finance]", THEME))
    assert "settings.themes.parking.words None -> ['car park*']" in added
    assert directory().settings.themes["parking"]["name"] == "Parking"
    (changed,) = load(("[services.finance]", THEME.replace("Parking", "Car parks")))
    assert "settings.themes.parking.name 'Parking' -> 'Car parks'" in changed
    (gone,) = load()
    assert "settings.themes.parking.name 'Car parks' -> None" in gone
    assert directory().settings.themes == {}
    assert load() == []


def test_a_theme_that_could_not_be_read_by_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    wrong = THEME.replace('"car park*"', '"(car", "car park*", "ab*"')
    file.write_text(TEXT.replace("[services.finance]", wrong))
    done = typed(file)
    assert done.exit_code == 1
    assert [line[:22] for line in done.stderr.splitlines()[1:]] == ["themes.parking.words: "] * 2
    assert rows(PartnerRow) == 0


def test_who_changes_themes_is_told_that_comments_wait_to_be_read_again(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "parking.toml"
    file.write_text(TEXT.replace("[services.finance]", THEME))
    assert "survey comments reread" not in typed(FOUNDING).stderr
    assert "survey comments reread" in typed(file).stderr


ANALYST = '[[people]]\nname = "Piers Alresford"'
BOARD_OF = 'role = "board"\npartner = "HCC"'


def test_people_who_sign_in_come_change_and_go(app: Flask) -> None:
    created = load()
    assert "people.board.HCC.leonora.wickham@hcc.example created" in created
    assert "people.joint-board.jocelyn.selborne@hcc.example created" in created
    changes = load(
        ('"Leonora Wickham"', '"Leonora Wickham-Hill"'),
        ("jocelyn.selborne@", "Jocelyn.Selborne@"),
        (TEXT[TEXT.index(ANALYST) :], ""),
    )
    assert changes == [
        "people.board.HCC.leonora.wickham@hcc.example updated: "
        "name 'Leonora Wickham' -> 'Leonora Wickham-Hill'",
        "people.joint-board.jocelyn.selborne@hcc.example updated: "
        "email 'jocelyn.selborne@hcc.example' -> 'Jocelyn.Selborne@hcc.example'",
        "people.provider.piers.alresford@hcc.example ended",
    ]
    assert "people.provider.piers.alresford@hcc.example revived" in load()


def test_a_board_of_another_partner_is_another_seat(app: Flask) -> None:
    load()
    assert load((BOARD_OF, BOARD_OF.replace("HCC", "OCC"))) == [
        "people.board.OCC.leonora.wickham@hcc.example created",
        "people.board.HCC.leonora.wickham@hcc.example ended",
    ]


def test_named_people_are_those_of_the_file_and_the_coordinators(app: Flask) -> None:
    load()
    everybody = {(one.name, one.role, one.partner) for one in named_people()}
    assert {
        ("Leonora Wickham", "board", "HCC"),
        ("Jocelyn Selborne", "joint-board", None),
        ("Piers Alresford", "provider", None),
        ("Rowan Eynsham", "coordinator", "OCC"),
    } < everybody
    load(without("[partners.OCC]", "# The lines of business"), (TEXT[TEXT.index(ANALYST) :], ""))
    left = {one.name for one in named_people()}
    assert left == {name for name, _, partner in everybody if partner != "OCC"} - {
        "Piers Alresford"
    }
