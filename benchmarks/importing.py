"""How fast a file of enquiries comes in, and whether its size shows in memory.

`survey enquiries import`, the whole command with its start, against a bare loop that reads the same
file and stores its cells as they stand, by the plain driver's `executemany` in batches as large.
"""

import csv
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psycopg

from benchmarks.deployment import DATABASES, Deployment, deployment
from benchmarks.measured import Usage, measured
from benchmarks.tables import print_table
from survey.enquiries.csv_import import BATCH

SIZES = (20_000, 100_000)
HEAD = (
    *("source", "reference", "partner", "directorate", "service", "topic", "channel"),
    *("opened_at", "first_reply_at", "closed_at", "reopened_at", "outcome", "target_hours"),
    *("email", "language"),
)
SERVICES = ("payroll", "hr", "pensions", "purchasing", "income", "finance", "schools")


@dataclass(frozen=True)
class Result:
    """One file on one database: how many rows, the bare loop's seconds, and what ours took."""

    rows: int
    bare_seconds: float
    ours: Usage


def run() -> None:
    """Measure on each database and print the tables."""
    for kind in DATABASES:
        _print(kind, [_result(kind, size) for size in SIZES])


def _result(kind: str, size: int) -> Result:
    with deployment(kind) as made:
        file = made.folder / "closed.csv"
        _write(file, size)
        bare_seconds = _bare(made, file)
        command = ["enquiries", "import", str(file), "--source", "portal"]
        ours = measured([sys.executable, "-m", "survey", *command], made.environment)
        return Result(size, bare_seconds, ours)


def _write(file: Path, size: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(_rows(size))


def _rows(size: int) -> Iterator[Sequence[str]]:
    """Closures of the last hundred days, each of somebody else."""
    latest = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    for number in range(size):
        closed = latest - timedelta(minutes=number * 144_000 // size)
        opened = closed - timedelta(hours=3 + number % 90)
        yield (
            "portal",
            f"BENCH-{number:07}",
            ("HCC", "HFRS", "HC", "OCC")[number % 4],
            "",
            SERVICES[number % len(SERVICES)],
            f"topic {number % 40}",
            "portal",
            opened.isoformat(),
            (opened + timedelta(hours=1)).isoformat(),
            closed.isoformat(),
            "",
            "resolved" if number % 9 else "unresolved",
            "",
            f"person{number}@bench.example",
            "en-GB",
        )


def _bare(made: Deployment, file: Path) -> float:
    """Seconds that the bare loop takes."""
    mark = "?" if made.plain_database.startswith("sqlite") else "%s"
    insert = f"INSERT INTO bare_closure VALUES ({', '.join([mark] * len(HEAD))})"
    with closing(_connect(made.plain_database)) as connection, file.open(newline="") as lines:
        cursor = connection.cursor()
        cursor.execute(f"CREATE TABLE bare_closure ({', '.join(f'{name} TEXT' for name in HEAD)})")
        connection.commit()
        rows = csv.reader(lines)
        next(rows)
        started = time.perf_counter()
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(insert, batch)
            connection.commit()
        return time.perf_counter() - started


def _connect(database: str) -> sqlite3.Connection | psycopg.Connection:
    if not database.startswith("sqlite:///"):
        return psycopg.connect(database)
    connection = sqlite3.connect(database.removeprefix("sqlite:///"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _print(kind: str, results: list[Result]) -> None:
    print_table(
        f"Importing on {kind}",
        ("rows", "rows/s", "bare rows/s", "ratio", "peak memory, MiB"),
        [
            (
                f"{one.rows:,}",
                f"{one.rows / one.ours.seconds:,.0f}",
                f"{one.rows / one.bare_seconds:,.0f}",
                f"{one.bare_seconds / one.ours.seconds:.2f}",
                f"{one.ours.mebibytes:.0f}",
            )
            for one in results
        ],
    )
    first, last = results[0], results[-1]
    growth = last.ours.mebibytes / first.ours.mebibytes
    print(f"Peak memory, {last.rows:,} rows to {first.rows:,}: {growth:.2f}\n", flush=True)
