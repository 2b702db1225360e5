"""What this room forgets: a person on demand, and addresses that nobody came to use.

What stays of a closure is what figures count: its dimensions, month, hours and whether the target
was met. The moments are blurred to the start of the month, since an exact one would still single
the enquiry out in its helpdesk. The public id is a new one, since the audit names the old one, with
the moment of a correction. Of corrections stays what figures moved by.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, case, delete, select, update

from survey.enquiries.correcting import MOMENTS
from survey.enquiries.digests import forgotten_digest
from survey.enquiries.model import Closure, Correction, ForgottenClosure, OpenEnquiry
from survey.foundation.database import change, db, insert_into, table_of
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar, month_start

CLOSURE = table_of(Closure)


def hold_person(person_hash: bytes) -> None:
    """Keep everybody else from a person's closures until the commit, having waited for them.

    Whoever decides about a closure moves its address on; without this it could be moved past the
    very rule that erases it.
    """
    db.session.execute(
        select(Closure.id).where(Closure.person_hash == person_hash).with_for_update()
    )


def forget_person(person_hash: bytes) -> int:
    """Erase one person from closures and open enquiries; how many rows that changed."""
    closures = db.session.execute(
        select(
            Closure.id,
            Closure.source_id,
            Closure.reference,
            Closure.closed_at,
            Closure.closed_month,
        ).where(Closure.person_hash == person_hash)
    ).all()
    if closures:
        source_of = {source.id: source.code for source in directory().everything.sources}
        _remember_digests(
            [forgotten_digest(source_of[c.source_id], c.reference, c.closed_at) for c in closures]
        )
        zone = directory().zone
        _blur(
            [
                {"row": c.id, "fresh": uuid4(), "blurred": month_start(c.closed_month, zone)}
                for c in closures
            ]
        )
        _forget_corrections([closure.id for closure in closures])
    gone = change(delete(OpenEnquiry).where(OpenEnquiry.person_hash == person_hash))
    return len(closures) + gone


def forget_expired(now: datetime) -> int:
    """Erase the addresses of closures that nobody took up in time; how many there were.

    Taking a closure up erases its address at once. This is for what is never taken up, so that no
    address stays for ever behind work that has stopped.
    """
    kept_since = now - timedelta(days=directory().settings.keeping.address_days)
    return change(
        update(Closure)
        .where(
            Closure.taken_up_at.is_(None),
            Closure.closed_at < kept_since,
            # What was imported late, or waits, has its time from then.
            Closure.look_at < kept_since,
            Closure.address.is_not(None),
        )
        .values(address=None)
    )


def _remember_digests(digests: list[bytes]) -> None:
    db.session.execute(
        insert_into(ForgottenClosure).on_conflict_do_nothing(),
        [{"digest": digest} for digest in digests],
    )


def _blur(rows: list[dict[str, object]]) -> None:
    blurred = bindparam("blurred", type_=CLOSURE.c.closed_at.type)
    db.session.connection().execute(
        update(CLOSURE)
        .where(CLOSURE.c.id == bindparam("row"))
        .values(
            uuid=bindparam("fresh"),
            reference=None,
            person_hash=None,
            address=None,
            sent_digest=None,
            first_reply_at=None,
            reopened_at=None,
            opened_at=blurred,
            closed_at=blurred,
            received_at=blurred,
            look_at=blurred,
            # What nobody has decided yet still needs its decision: that there is no address.
            taken_up_at=case((CLOSURE.c.taken_up_at.is_not(None), blurred)),
        ),
        rows,
    )


def _forget_corrections(closures: Sequence[int]) -> None:
    """Leave of corrections their month and the dimensions; no moment, and nobody's words."""
    calendar = WorkingCalendar.of(directory().settings)
    rows = db.session.scalars(
        select(Correction)
        .where(Correction.closure_id.in_(closures))
        .execution_options(populate_existing=True)
    )
    for row in rows:
        month = calendar.local_month(row.corrected_at)
        row.corrected_at, row.reason = month_start(month, calendar.zone), ""
        row.before, row.after = (
            {name: told for name, told in said.items() if name not in MOMENTS}
            for said in (row.before, row.after)
        )
    db.session.flush()
