"""How fast figures are, whatever the number of answers, and what it takes to seal a month.

The question is one partner's, of twelve months, by service and month. Boards ask it of a few
answers and of many, by turns; insiders ask it of the many, for the first time and again, by turns
with a plain GROUP BY that finds all it needs in an index.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial

import psycopg
from flask import Flask, current_app
from sqlalchemy import text

from benchmarks import many
from benchmarks.asking import ask, print_asked
from benchmarks.deployment import DATABASES, Deployment, deployment
from benchmarks.exporting import export, print_exported
from benchmarks.sealing import print_sealing, seal_all
from benchmarks.tables import print_table
from benchmarks.turns import spread
from survey.app import create_app
from survey.foundation.database import db
from survey.partnership.directory import directory
from survey.reports.blocks.published import published
from survey.reports.kept import EXTENSION
from survey.reports.monthly.kept import kept_figures
from survey.reports.monthly.making import count_months
from survey.reports.parameters import EXPLORE
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery

# Of ten million, sealing and counting their months takes an hour or more for each database.
FEW, MANY = 10_000, 1_000_000
ROUNDS = 11
QUESTION = FiguresQuery(parse(many.PERIOD), ("service", "month"), filters={"partner": "OCC"})
PLAIN = """
CREATE TABLE plain_answer AS
SELECT closure.partner_id, closure.closed_month AS month, closure.service_id, response.rating
FROM response JOIN invitation ON invitation.id = response.invitation_id
JOIN closure ON closure.id = invitation.closure_id
"""
COVERING = "CREATE INDEX plain_covering ON plain_answer (partner_id, month, service_id, rating)"
GROUP_BY = text(
    "SELECT service_id, month, rating, count(*) FROM plain_answer WHERE partner_id = :partner "
    "AND month BETWEEN :first AND :last GROUP BY service_id, month, rating"
)
Seconds = Mapping[str, list[float]]
Case = Callable[[], object]


def run(responses: int = MANY) -> None:
    """Measure on each database and print the tables."""
    for kind in DATABASES:
        with deployment(kind) as small, deployment(kind) as large:
            _measure(kind, small, large, responses)


def _measure(kind: str, small: Deployment, large: Deployment, responses: int) -> None:
    many.fill(small, FEW)
    many.fill(large, responses)
    few, lots = create_app(small.config), create_app(large.config)
    with using(few):
        seal_all()
    with using(lots):
        print_sealing(kind, seal_all())
        _count_months()
    _make_plain(large)
    boards = {
        "few": within(few, partial(published, QUESTION, None)),
        "many": within(lots, partial(published, QUESTION, None)),
    }
    insiders = {
        "plain": within(lots, group_by),
        "first": within(lots, for_the_first_time),
        "again": within(lots, partial(kept_figures, QUESTION, None)),
    }
    title = f"{responses:,} answers, {kind}: one partner, 12 months, service × month"
    _print(f"Boards' figures of {FEW:,} and {title}", turns(boards), [("many", "few")])
    over = [("plain", "first"), ("plain", "again")]
    _print(f"Insiders' figures of {title}", turns(insiders), over)
    for scope in ("figures:read", EXPLORE):
        print_asked(f"{scope}, {kind}", ask(large, lots, scope))
    print_exported(kind, export(large, lots, responses))


def _count_months() -> None:
    """Have the step count every month for insiders."""
    started = time.perf_counter()
    for _ in count_months():
        db.session.commit()
    seconds = time.perf_counter() - started
    print(f"Months counted for insiders, with those taken together: {seconds:.0f} s", flush=True)


@contextmanager
def using(app: Flask) -> Iterator[None]:
    """The app's context, with nothing left open at its end."""
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def within(app: Flask, case: Case) -> Case:
    """The case in the app's context, as in a request of its own."""

    def called() -> None:
        with app.app_context():
            case()
            db.session.remove()

    return called


def group_by() -> None:
    """The plain question."""
    known, months = directory(), QUESTION.period.months
    partner = known.partners["OCC"].id
    asked = {"partner": partner, "first": months[0], "last": months[-1]}
    db.session.execute(GROUP_BY, asked).all()


def for_the_first_time() -> None:
    """Insiders' figures, as nobody has asked for them since something of them changed."""
    current_app.extensions.pop(EXTENSION, None)
    kept_figures(QUESTION, None)


def turns(cases: Mapping[str, Case]) -> Seconds:
    """The seconds of each case, in rounds, forwards and backwards in turn, without the first."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(ROUNDS + 1):
        for name in sorted(cases, reverse=bool(turn % 2)):
            started = time.perf_counter()
            cases[name]()
            seconds[name].append(time.perf_counter() - started)
    return {name: each[1:] for name, each in seconds.items()}


def _print(title: str, seconds: Seconds, pairs: Sequence[tuple[str, str]]) -> None:
    ratios = {
        f"{over}/{under}, within each round": [
            a / b for a, b in zip(seconds[over], seconds[under], strict=True)
        ]
        for over, under in pairs
    }
    print_table(
        title,
        ("milliseconds", "median", "from", "to"),
        [
            *((name, *spread([1000 * s for s in each], ".1f")) for name, each in seconds.items()),
            *((name, *spread(each, ".2f")) for name, each in ratios.items()),
        ],
    )


def _make_plain(made: Deployment) -> None:
    """The table that the plain question is asked of."""
    if made.plain_database.startswith("sqlite"):
        app = create_app(made.config)
        with using(app):
            for statement in (PLAIN, COVERING):
                db.session.execute(text(statement))
            db.session.commit()
        return
    with closing(psycopg.connect(made.plain_database, autocommit=True)) as connection:
        for statement in (PLAIN, COVERING, "VACUUM ANALYZE plain_answer"):
            connection.execute(statement.encode())
