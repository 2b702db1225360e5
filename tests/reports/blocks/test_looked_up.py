"""Sealing looks up what it needs of a month or quarter: it reads no table of all there ever was.

What a database does is asked of it for each statement, with tables that are nearly empty and were
looked at when they were empty: so it does not take them for large ones, for which it might do
better.
"""

import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text

from survey.foundation.database import db
from tests.reports.blocks.given import give_many, hold, seal_all

pytestmark = pytest.mark.usefixtures("partnership")
LARGE = "closure|invitation|response|reading|sealed_answer"
# SQLite names what it reads whole; PostgreSQL also says so of any order.
WHOLE = re.compile(rf"^SCAN ({LARGE})(_\d+)?\b|\bSeq Scan on ({LARGE})\b")
ELEVEN = (5, 5, 5, 4, 4, 4, 3, 3, 5, 4, 2)


@time_machine.travel("2026-07-08", tick=False)
def test_sealing_reads_no_table_of_all_there_ever_was(app: Flask) -> None:
    postgresql = db.engine.dialect.name == "postgresql"
    if postgresql:
        db.session.execute(text("ANALYZE"))
    for month in ("2025-11", "2026-01", "2026-03", "2026-06"):
        hold(give_many(ELEVEN, month, comment="It took long.")[0])
    explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
    explained: list[tuple[str, str]] = []

    def plan(_: Any, cursor: Any, statement: str, values: Any, __: Any, many: bool) -> None:
        if not many and re.match(r"\s*(WITH|SELECT|INSERT .*SELECT)\b", statement, re.DOTALL):
            of = cursor.connection.cursor()
            of.execute(explain + statement, values)
            explained.extend((row[-1], statement) for row in of.fetchall())

    event.listen(db.engine, "before_cursor_execute", plan)
    try:
        assert len(seal_all()) == 4
    finally:
        event.remove(db.engine, "before_cursor_execute", plan)
    assert len(explained) > 100
    assert [found for found in explained if WHOLE.search(found[0])] == []
