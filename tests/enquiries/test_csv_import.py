"""Importing a CSV file: what is stored, what is refused, and what a broken file leaves behind."""

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey.enquiries import mapping_files
from survey.enquiries.conversion import ColumnsLacking
from survey.enquiries.csv_import import BATCH, CsvImport, Outcome
from survey.enquiries.csv_reading import LONGEST_CELL, LONGEST_LINE, BadFile, Dialect, header, rows
from survey.enquiries.event_log import LastRows
from survey.enquiries.intake import closures_arrived
from survey.enquiries.mapping import ColumnMapping
from survey.enquiries.model import Closure, OpenEnquiry
from survey.enquiries.rejected_file import RejectedFile
from survey.foundation.database import db

DEFAULT = mapping_files.read(mapping_files.find("default"))
ZENDESK = mapping_files.read(mapping_files.find("zendesk"))
HEADER = "reference,partner,service,channel,opened_at,closed_at,outcome,email"
EVENTS = """
last_row_per = "no"
[columns]
reference = "no"
opened_at = "opened"
closed_at = "closed"
topic = "topic"
[closed]
column = "state"
values = ["Closed"]
[constants]
partner = "HCC"
service = "hr"
channel = "portal"
outcome = "resolved"
"""


def row(reference: str, partner: str = "HCC", closed: str = "2026-07-02T10:00:00Z") -> str:
    return (
        f"{reference},{partner},payroll,portal,2026-07-01T09:00:00Z,{closed},resolved,jo@x.example"
    )


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([HEADER, *lines, ""]))
    return path


def run(path: Path, mapping: ColumnMapping = DEFAULT, *, dry_run: bool = False) -> Outcome:
    return CsvImport(path, mapping, "portal", dry_run=dry_run, watch=lambda *_: None).run()


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return (outcome.accepted, outcome.already_known, outcome.differs, outcome.rejected)


def stored() -> int:
    return db.session.scalar(select(func.count(Closure.id))) or 0


def read_back(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


def read_all(path: Path, encoding: str) -> None:
    dialect = Dialect.of(path, encoding, ",")
    header(path, dialect)
    for _ in rows(path, dialect, lambda _: None):
        pass


def broken(path: Path, content: bytes, encoding: str = "utf-8") -> str:
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_all(path, encoding)
    return str(caught.value)


def test_a_broken_file_is_refused_where_it_is_broken(export: Path) -> None:
    assert broken(export, b"") == "is empty"
    assert broken(export, b"\xef\xbb\xbf\r\n\n") == "is empty"
    assert broken(export, b'a,b\n1,2\n3,"4\n5,6\n').startswith("line 3: a quote that opens here")
    assert broken(export, b'a,b\n1,"2"x\n').startswith("line 2: a quote that opens here")
    assert broken(export, b'a\n"one\ntwo"\n"x').startswith("line 4: ")
    assert "line 2: a cell is too long" in broken(export, b"a\n" + b"x" * (LONGEST_CELL + 1))
    assert "line 1: a line is longer" in broken(export, b"a," * (LONGEST_LINE // 2 + 1))


def test_a_wrong_encoding_is_told_with_its_place_and_a_guess(export: Path) -> None:
    text = "name\n" + "x\n" * 50_000 + "Zoë\n"
    message = broken(export, text.encode("cp1252"))
    assert message.startswith("line 50002, byte 100008: not utf-8; if it is cp1252")
    assert "if it is utf-16" in broken(export, text.encode("utf-16"))
    assert "if it is utf-8" in broken(export, "Łódź".encode(), "ascii")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_an_encoding_that_is_said_is_read(export: Path, encoding: str, said: str) -> None:
    export.write_text('naïve;b\r\n"1;\n""x""";2\r\n\r\n3;4\r\n', encoding=encoding, newline="")
    found = list(rows(export, Dialect.of(export, said, ";"), lambda _: None))
    assert found == [(1, ["naïve", "b"]), (2, ['1;\n"x"', "2"]), (5, ["3", "4"])]


@given(st.lists(st.tuples(st.text("ab", max_size=2), st.integers(1, 50)), max_size=40))
def test_the_last_row_of_each_reference_is_found(pairs: list[tuple[str, int]]) -> None:
    lines = [(reference, number) for number, (reference, _) in enumerate(pairs, 1)]
    expected = set(dict(lines).values())
    with closing(LastRows(lines)) as last:
        assert {number for _, number in lines if last.has(number)} == expected


def test_good_rows_are_stored_and_known_when_they_come_again(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, row("1"), row("2"), row("3", closed=""))
    assert counts(run(export)) == (3, 0, 0, 0)
    assert stored() == 2
    assert db.session.scalar(select(func.count(OpenEnquiry.id))) == 1
    assert counts(run(export)) == (0, 3, 0, 0)
    write(export, row("1", partner="OCC"), row("2"))
    assert counts(run(export)) == (0, 1, 1, 0)
    assert list(export.parent.glob("*.rejected*")) == []


def test_rejected_rows_can_be_mended_and_imported_again(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, row("1"), row("2", partner="HCX"), "3,HCC", row("4") + ",more,still", row("=5"))
    outcome = run(export)
    assert counts(outcome) == (2, 0, 0, 3)
    assert outcome.rejected_file == export.with_name("export.rejected.csv")
    found = read_back(outcome.rejected_file)
    assert list(found[0]) == [*HEADER.split(","), "errors"]
    assert [line["reference"] for line in found] == ["2", "3", "4"]
    assert found[0]["errors"].startswith("line 3: partner: unknown")
    assert found[1]["errors"] == "line 4: row: 2 cells, but there are 8 columns"
    assert found[2]["errors"] == "line 5: row: 10 cells, but there are 8 columns"

    mended = outcome.rejected_file.read_text().replace("HCX", "HFRS")
    outcome.rejected_file.write_text(mended)
    again = run(outcome.rejected_file)
    assert counts(again) == (1, 0, 0, 2)
    assert again.rejected_file is not None
    found = read_back(again.rejected_file)
    assert list(found[0]) == [*HEADER.split(","), "errors"]
    assert [line["reference"] for line in found] == ["3", "4"]


def test_reasons_begin_with_a_word_so_that_no_spreadsheet_runs_them(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, *(row("1", partner=f"{sign}cmd()") for sign in "=+-@"))
    outcome = run(export)
    assert outcome.rejected_file is not None
    assert all(line["errors"].startswith("line ") for line in read_back(outcome.rejected_file))


def test_an_earlier_file_of_rejected_rows_is_moved_aside(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, row("1", partner="HCX"))
    first = run(export)
    assert first.rejected_file is not None
    assert first.rejected_file.stat().st_mode & 0o077 == 0
    assert run(export).moved_aside is None
    first.rejected_file.write_text("half mended")
    second = run(export)
    assert second.moved_aside == export.with_name("export.rejected-1.csv")
    assert second.moved_aside.read_text() == "half mended"
    write(export, row("1"))
    third = run(export)
    assert (third.rejected_file, third.moved_aside) == (
        None,
        export.with_name("export.rejected-2.csv"),
    )
    assert not first.rejected_file.exists()


def test_a_row_of_another_source_is_rejected(app: Flask, partnership: None, export: Path) -> None:
    lines = [f"{HEADER},source", f"{row('1')},servicenow", f"{row('2')},portal", f"{row('3')},"]
    export.write_text("\n".join(lines))
    outcome = run(export)
    assert counts(outcome) == (2, 0, 0, 1)
    assert "source" in outcome.first_reasons[0]


def test_nul_bytes_have_only_their_row_rejected(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, row("1\0"), row("2"))
    assert counts(run(export)) == (1, 0, 0, 1)


def test_a_dry_run_stores_and_writes_nothing(app: Flask, partnership: None, export: Path) -> None:
    write(export, row("1"), row("2", partner="HCX"))
    outcome = run(export, dry_run=True)
    assert counts(outcome) == (1, 0, 0, 1)
    assert "HCC" in outcome.first_reasons[0]
    assert stored() == 0
    assert list(export.parent.glob("export*")) == [export]


@pytest.mark.parametrize("end", [b'"open\n', b"Zo\xeb\n"])
def test_a_file_broken_in_its_last_line_leaves_nothing_behind(
    app: Flask, partnership: None, export: Path, end: bytes
) -> None:
    write(export, *(row(str(number)) for number in range(BATCH + 5)))
    export.write_bytes(export.read_bytes() + end)
    with pytest.raises(BadFile, match=f"line {BATCH + 7}"):
        run(export)
    assert stored() == 0
    assert list(export.parent.glob("export*")) == [export]


def test_a_lacking_column_leaves_nothing_behind(
    app: Flask, partnership: None, export: Path
) -> None:
    export.write_text("reference,partner\n1,HCC\n")
    with pytest.raises(ColumnsLacking, match="service"):
        run(export)
    assert list(export.parent.glob("export*")) == [export]


def test_a_header_alone_is_an_import_of_nothing(
    app: Flask, partnership: None, export: Path
) -> None:
    assert counts(run(write(export))) == (0, 0, 0, 0)


def test_what_was_interrupted_can_be_started_again(
    app: Flask, partnership: None, export: Path
) -> None:
    write(export, *(row(str(number)) for number in range(2 * BATCH + 500)))

    def press_control_c(doing: str, done: int) -> None:
        if doing == "importing" and done > export.stat().st_size / 2:
            raise KeyboardInterrupt

    work = CsvImport(export, DEFAULT, "portal", dry_run=False, watch=press_control_c)
    with pytest.raises(KeyboardInterrupt):
        work.run()
    db.session.rollback()
    before = stored()
    assert 0 < before < 2 * BATCH + 500
    assert list(export.parent.glob("export*")) == [export]
    assert counts(run(export)) == (2 * BATCH + 500 - before, before, 0, 0)
    assert stored() == 2 * BATCH + 500


def test_closures_are_announced_after_each_commit(
    app: Flask, partnership: None, export: Path
) -> None:
    seen = []

    def receiver(_: object) -> None:
        with db.engine.connect() as somebody_else:
            seen.append(somebody_else.scalar(select(func.count(Closure.id))))

    with closures_arrived.connected_to(receiver):
        run(write(export, *(row(str(number)) for number in range(BATCH + 1))))
    assert seen == [BATCH, BATCH + 1]


def test_in_an_event_log_the_last_row_decides(
    app: Flask, partnership: None, export: Path, tmp_path: Path
) -> None:
    mapping_file = tmp_path / "events.toml"
    mapping_file.write_text(EVENTS)
    lines = [
        "1,2026-07-01T09:00Z,2026-07-02T09:00Z,New,first",
        "2,2026-07-01T09:00Z,2026-07-02T09:00Z,Closed,closed",
        "1,2026-07-01T09:00Z,2026-07-02T09:00Z,Closed,last",
        "2,2026-07-01T09:00Z,2026-07-02T09:00Z,Reopened,open again",
        "1,too few",
        ",2026-07-01T09:00Z,2026-07-02T09:00Z,Closed,without a reference",
    ]
    export.write_text("\n".join(["no,opened,closed,state,topic", *lines]))
    outcome = run(export, mapping_files.read(mapping_file))
    assert counts(outcome) == (1, 0, 0, 2)
    assert (outcome.superseded, outcome.not_closed) == (2, 1)
    assert db.session.scalars(select(Closure.topic)).all() == ["last"]


def test_a_zendesk_export_is_imported(app: Flask, partnership: None, export: Path) -> None:
    lines = [
        "Id,Requester,Requester email,Group,Subject,Status,Via,Ticket type,Created at,Solved at,"
        "Organization",
        "501,Jo,jo@occ.example,Payroll,Payslip,Solved,Mail,Question,2026-07-01 09:12,"
        "2026-07-02 10:00,Oxfordshire County Council",
        "502,Al,al@hcc.example,HR,Leave,Closed,Web form,Problem,2026-07-01 09:30,"
        "2026-07-01 16:00,Hampshire County Council",
        "503,Al,al@hcc.example,HR,Leave,Pending,Chat,-,2026-07-03 09:30,-,Hampshire County Council",
        "504,Bo,bo@x.example,Facilities,Heating,Solved,Mail,-,2026-07-03 09:30,"
        "2026-07-03 10:30,Hampshire County Council",
    ]
    export.write_text("\n".join(lines))
    outcome = run(export, ZENDESK)
    assert counts(outcome) == (3, 0, 0, 1)
    assert outcome.lacking == ["language"]
    assert outcome.first_reasons[0].startswith("line 5: service: 'Facilities' is not in")
    first, second = db.session.scalars(select(Closure).order_by(Closure.reference)).all()
    assert (first.reference, first.channel, first.topic) == ("501", "e-mail", "Question")
    assert first.opened_at.isoformat() == "2026-07-01T08:12:00+00:00"
    assert second.channel == "online-form"


@pytest.fixture
def rejected(export: Path) -> Iterator[RejectedFile]:
    with RejectedFile(export, ["a", "b"], Dialect("cp1252", ";")) as file:
        yield file


def test_rejected_rows_are_written_as_the_original_was(
    rejected: RejectedFile, export: Path
) -> None:
    rejected.add(["Zoë", "x;y"], "line 2: 張")
    assert rejected.finish()
    text = export.with_name("export.rejected.csv").read_bytes().decode("cp1252")
    assert text == 'a;b;errors\nZoë;"x;y";line 2: ?\n'


def test_an_operator_may_import_what_the_source_sends_the_link_for(
    app: Flask, partnership: None, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEADER},deliver\n{row('R-1')},link\n{row('R-2')},\n")
    assert counts(run(path)) == (2, 0, 0, 0)
    delivers = db.session.scalars(select(Closure.deliver).order_by(Closure.reference))
    assert delivers.all() == ["link", "mail"]
