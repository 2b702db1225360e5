"""The paces that all workers share: one bucket for each mail system and one for all, in a table.

Whoever touches any of them locks the one for all first, so that workers wait for each other and
never lock each other out. It is held for as long as it takes to claim a batch.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from survey.foundation.database import db, insert_into, table_of
from survey.invitations.model import MailSystem
from survey.invitations.pace import Bucket, full_bucket

EVERYBODY = "*"
SYSTEMS = table_of(MailSystem)


@dataclass(frozen=True)
class Paces:
    """The buckets as the claim of one batch finds them, locked until the commit."""

    now: datetime
    buckets: dict[str, Bucket] = field(default_factory=dict)

    @classmethod
    def locked(cls, now: datetime) -> "Paces":
        """The one for all, and those that may be empty."""
        paces = cls(now)
        paces._read(or_(SYSTEMS.c.name == EVERYBODY, SYSTEMS.c.tokens < 1))
        paces.buckets.setdefault(EVERYBODY, full_bucket(_full(EVERYBODY), now))
        return paces

    def for_all(self) -> int:
        """How many letters may go out now, whoever receives them."""
        return max(int(self.buckets[EVERYBODY].tokens), 0)

    def empty(self) -> list[str]:
        """The systems that may have no letter now."""
        return [n for n, b in self.buckets.items() if n != EVERYBODY and b.tokens < 1]

    def take(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Take tokens for so many letters to each system, one statement each; how many it has."""
        self._read(SYSTEMS.c.name.in_(wanted.keys() - self.buckets.keys()))
        granted = {}
        for name, letters in wanted.items():
            bucket = self.buckets.get(name) or full_bucket(_full(name), self.now)
            granted[name] = min(letters, max(int(bucket.tokens), 0))
            self._write(name, bucket.without(granted[name]))
        everybody = self.buckets[EVERYBODY]
        self._write(EVERYBODY, everybody.without(sum(granted.values())))
        return granted

    def next_token(self) -> timedelta:
        """How long until any of the empty ones holds a token, or all together may have one."""
        empty = [EVERYBODY] if self.for_all() < 1 else self.empty()
        waits = (self.buckets[name].next_token(_full(name), self.now) for name in empty)
        return min(waits, default=timedelta(0))

    def put_off(self, name: str) -> None:
        """The system put a letter off, and may want fewer."""
        self._read(SYSTEMS.c.name == name)
        bucket = self.buckets.get(name) or full_bucket(_full(name), self.now)
        self._write(name, bucket.put_off(_full(name), self.now))

    def _read(self, which: ColumnElement[bool]) -> None:
        rows = db.session.execute(
            select(SYSTEMS).where(which).order_by(SYSTEMS.c.name).with_for_update()
        )
        for name, *values in rows:
            self.buckets[name] = Bucket(*values).refilled(_full(name), self.now)

    def _write(self, name: str, bucket: Bucket) -> None:
        self.buckets[name] = bucket
        statement = insert_into(MailSystem).values(name=name, **asdict(bucket))
        new = {column: statement.excluded[column] for column in asdict(bucket)}
        db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))


def put_off(name: str, now: datetime) -> None:
    """Note that this system, or the server that takes letters to `EVERYBODY`, put one off."""
    Paces.locked(now).put_off(name)


def _full(name: str) -> float:
    setting = "SURVEY_MAIL_PER_MINUTE"
    return float(current_app.config[setting if name == EVERYBODY else f"{setting}_AND_SYSTEM"])
