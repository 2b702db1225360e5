"""Any number of answers, made by the database itself, to ask figures of.

Enquiries of 33 months, closed one after another, with the decision about each, what four of five
answered, and the reading of every third one's comment. Who, what and when follow from the number of
the enquiry, so that ten thousand and ten million are the same thing at different sizes. Ten answers
come from each person, on the average, and all that are encrypted are one and the same text.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from benchmarks.deployment import Deployment
from survey.app import create_app
from survey.enquiries.fields import CHANNELS
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.partnership.directory import Directory, directory
from survey.partnership.working_time import month_start
from survey.reports.periods import parse

MONTHS = parse("2024-01..2026-09").months
# The question that is measured.
PERIOD = "2025-10..2026-09"
ANSWERED_OF_FIVE = 4
DAY = 86400
# A month's answers come in so many blocks, each shuffled by a stride: people take up to three days.
BLOCKS = 8
STRIDE = 7919
COMMENT = "It took three calls until somebody told me which form to send, and then it was quick."
TOLD = json.dumps({"redacted": COMMENT, "mentions": [], "assessments": [], "hints": []})
TABLES = ("person", "closure", "invitation", "response", "reading", "hold")
RATINGS = (5, 4, 5, 4, 3, 5, 4, 2, 5, 1)
RESOLVED = ("'yes'", "'yes'", "'partly'", "'yes'", "'no'")
SENTIMENTS = ("'positive'", "'negative'", "'neutral'", "'mixed'")

Run = Callable[[str], object]


@dataclass(frozen=True)
class Dialect:
    """What the two databases spell differently; `{}` is filled with an expression."""

    series: str
    moment: str
    uuid: str
    hash: str
    blob: str


POSTGRESQL = Dialect(
    series="SELECT {cells} FROM (SELECT r, {enquiry} AS i FROM generate_series({first}::bigint, "
    "{last}) AS n(r)) AS numbers",
    moment="to_timestamp({})",
    uuid="lpad(to_hex({}), 32, '0')::uuid",
    hash="convert_to(lpad(to_hex({}), 32, '0'), 'UTF8')",
    blob="'\\x{}'::bytea",
)
SQLITE = Dialect(
    series="WITH RECURSIVE n(r) AS (SELECT {first} UNION ALL SELECT r + 1 FROM n WHERE r < {last}) "
    "SELECT {cells} FROM (SELECT r, {enquiry} AS i FROM n)",
    moment="strftime('%Y-%m-%d %H:%M:%f000', {}, 'unixepoch')",
    uuid="printf('%032x', {})",
    hash="CAST(printf('%032x', {}) AS BLOB)",
    blob="x'{}'",
)


def fill(made: Deployment, responses: int) -> None:
    """Store so many responses, and what belongs to them."""
    app = create_app(made.config)
    with app.app_context():
        dialect = SQLITE if db.engine.dialect.name == "sqlite" else POSTGRESQL
        rows = _Rows(dialect, directory(), responses * 5 // ANSWERED_OF_FIVE)
        statements = [*rows.of_people(), *(part for m in MONTHS for part in rows.of_month(m))]
        db.session.remove()
        db.engine.dispose()
    load = _into_sqlite if dialect is SQLITE else _into_postgresql
    load(made.plain_database, statements)


class _Rows:
    """The statements that make the rows."""

    def __init__(self, dialect: Dialect, known: Directory, enquiries: int) -> None:
        self.sql, self.known, self.enquiries = dialect, known, enquiries
        self.people = enquiries * ANSWERED_OF_FIVE // 50 + 1
        self.comment = dialect.blob.format(keys().encrypt(COMMENT).hex())
        self.told = dialect.blob.format(keys().encrypt(TOLD).hex())
        self.source = next(iter(known.everything.sources)).id

    def of_people(self) -> list[str]:
        """Everybody who is asked."""
        cells = {"id": "i", "hash": self.sql.hash.format("i")}
        return [self._insert("person", cells, 1, self.people)]

    def of_month(self, month: str) -> list[str]:
        """One month's enquiries and all that became of them."""
        number = MONTHS.index(month)
        first = self.enquiries * number // len(MONTHS) + 1
        last = self.enquiries * (number + 1) // len(MONTHS)
        start = int((month_start(month, self.known.zone) + timedelta(hours=9)).timestamp())
        # On 24 days, so that what is answered three days later is answered in the same month.
        closed = f"({start} + (r - {first}) * {24 * DAY / (last - first + 1):.6f})"
        made = [
            self._insert("closure", self._closure(closed, month), first, last),
            self._insert("invitation", self._invitation(closed), first, last),
        ]
        for block in range(BLOCKS):
            ends = [first + (last + 1 - first) * (block + more) // BLOCKS for more in (0, 1)]
            made += self._answers(closed, month, ends[0], ends[1] - 1)
        return made

    def _answers(self, closed: str, month: str, first: int, last: int) -> list[str]:
        """The answers about three days' enquiries, in another order than these were closed in."""
        size = last - first + 1
        enquiry = f"({first} + (r - {first}) * {STRIDE} % {size})"
        answered = f" WHERE i % 5 < {ANSWERED_OF_FIVE}"
        return [
            self._insert(table, cells, first, last, enquiry) + answered + further
            for table, cells, further in (
                ("response", self._response(closed, month), ""),
                ("reading", self._reading(closed), " AND i % 3 = 0"),
                ("hold", self._hold(closed), " AND i % 500 = 1"),
            )
        ]

    def _insert(
        self, table: str, cells: dict[str, str], first: int, last: int, enquiry: str = "r"
    ) -> str:
        """Rows numbered `r`; what belongs to the enquiry `i` is told from its number."""
        values = ", ".join(cells.values())
        chosen = self.sql.series.format(cells=values, enquiry=enquiry, first=first, last=last)
        return f"INSERT INTO {table} ({', '.join(cells)}) {chosen}"

    def _closure(self, closed: str, month: str) -> dict[str, str]:
        everything = self.known.everything
        partners = [partner.id for partner in everything.partners]
        directorates = [
            _chosen("i / 13", [d.id for d in everything.directorates if d.partner == partner.code])
            for partner in everything.partners
        ]
        moment, hours = self.sql.moment, "(i * 48271 % 997) / 10.0"
        return {
            "id": "i",
            "uuid": self.sql.uuid.format("i"),
            "source_id": str(self.source),
            "reference": "'R' || i",
            "partner_id": _chosen(self._person, partners),
            "directorate_id": _chosen(self._person, directorates),
            "service_id": _chosen("i / 11", [service.id for service in everything.services]),
            "topic": "'topic ' || (i % 20)",
            "channel": _chosen("i / 17", [f"'{channel}'" for channel in CHANNELS]),
            "outcome": "'resolved'",
            "deliver": "'mail'",
            "opened_at": moment.format(f"({closed} - 86400)"),
            "closed_at": moment.format(closed),
            "closed_month": f"'{month}'",
            "target_hours": "17.0",
            "hours_to_first_reply": f"{hours} / 4",
            "hours_to_close": hours,
            "within_target": "(i * 48271 % 997 <= 800)" + self._boolean,
            "person_hash": self.sql.hash.format(self._person),
            "received_at": moment.format(closed),
            "look_at": moment.format(closed),
            "taken_up_at": moment.format(closed),
        }

    def _invitation(self, closed: str) -> dict[str, str]:
        moment, asked = self.sql.moment, "(i % 20 <> 4)"
        return {
            "id": "i",
            "uuid": self.sql.uuid.format("i"),
            "closure_id": "i",
            "person_id": self._person,
            "asked": asked + self._boolean,
            "reason": f"CASE WHEN {asked} THEN NULL ELSE 'quiet_period' END",
            "decided_at": moment.format(f"({closed} + 3600)"),
            "token_hash": self.sql.hash.format("i"),
            "expires_at": moment.format(f"({closed} + 1800000)"),
            "attempts": "1",
            "sent_at": f"CASE WHEN {asked} THEN {moment.format(f'({closed} + 3600)')} END",
            "returns": "0",
        }

    def _response(self, closed: str, month: str) -> dict[str, str]:
        return {
            "id": "r",
            "uuid": self.sql.uuid.format("r"),
            "invitation_id": "i",
            "nonce": "'n' || i",
            "questionnaire": "'default'",
            "version": "1",
            "language": "'en'",
            "rating": _chosen("i * 48271 % 65537", RATINGS),
            "ease": _chosen("i * 69621 % 65537", RATINGS),
            "resolved": _chosen("i * 16807 % 65537", RESOLVED),
            "answers": "'{}'",
            "comment": f"CASE WHEN i % 3 = 0 THEN {self.comment} END",
            "answered_at": self.sql.moment.format(f"({closed} + 259200)"),
            "answered_month": f"'{month}'",
        }

    def _reading(self, closed: str) -> dict[str, str]:
        no = "(1 = 0)" + self._boolean
        return {
            "response_id": "r",
            "edition_id": "1",
            "method": "'benchmark'",
            "sentiment": _chosen("i * 16807 % 65537", SENTIMENTS),
            "polarity": "0.5",
            "confidence": "0.9",
            "at_odds": no,
            "urgent": no,
            "told": self.told,
            "read_at": self.sql.moment.format(f"({closed} + 259300)"),
        }

    def _hold(self, closed: str) -> dict[str, str]:
        held_at = self.sql.moment.format(f"({closed} + 259200)")
        return {"response_id": "r", "held_at": held_at, "signs": "'[\"too_fast\"]'"}

    @property
    def _person(self) -> str:
        return f"(i * 48271 % {self.people} + 1)"

    @property
    def _boolean(self) -> str:
        return "" if self.sql is SQLITE else "::boolean"


def _chosen(number: str, values: Sequence[object]) -> str:
    """One of the values, in turn."""
    whens = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values))
    return f"CASE ({number}) % {len(values)} {whens} END"


def _into_sqlite(database: str, statements: Sequence[str]) -> None:
    connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -500000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL AND tbl_name IN "
        f"{TABLES}"
    ).fetchall()
    _load(connection.execute, statements, indexes)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _into_postgresql(database: str, statements: Sequence[str]) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        # No trigger looks at single rows: foreign keys are right by construction.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE starts_with(indexname, 'ix_') "
            "AND tablename = ANY(%s)",
            [list(TABLES)],
        ).fetchall()

        def run(statement: str) -> object:
            return connection.execute(statement.encode())

        _load(run, statements, indexes)
        # As the server does by itself, a minute later.
        run("VACUUM ANALYZE")


def _load(run: Run, statements: Sequence[str], indexes: Sequence[tuple[str, str]]) -> None:
    """Store rows without the indexes that would be filled in no order, then make those again."""
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    for statement in statements:
        run(statement)
    for _, definition in indexes:
        run(definition)
