"""Long work that only reads: it sees one moment of the database and keeps nobody from writing."""

from flask import Flask
from sqlalchemy import func, insert, select

from survey.access.model import AuditEntry
from survey.foundation.clock import now
from survey.foundation.database import db, only_reading, table_of, writing

ENTRY = {"actor": "test", "action": "test", "subject": "nothing", "detail": {}}


def test_work_that_only_reads_sees_one_moment_while_others_write(app: Flask) -> None:
    entries = select(func.count()).select_from(AuditEntry)
    with only_reading():
        assert db.session.scalar(entries) == 0
        with db.engine.begin() as another:
            another.execute(insert(table_of(AuditEntry)).values(at=now(), **ENTRY))
        assert db.session.scalar(entries) == 0
        assert not writing()
    assert db.session.scalar(entries) == 1
    assert writing()
