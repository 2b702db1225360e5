"""Corrections over HTTP: `PATCH /api/v1/enquiries/<source>/<reference>`.

The closures of the reference are locked until the commit, so that of two corrections at once the
second sees what the first one made of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_smorest import Blueprint
from marshmallow import ValidationError
from sqlalchemy import select

from survey.access.audit import record
from survey.access.caller import caller
from survey.enquiries.check import cut
from survey.enquiries.correcting import Impossible, correct
from survey.enquiries.correction_schema import CorrectedSchema, CorrectionSchema
from survey.enquiries.json_body import json_body
from survey.enquiries.model import Closure
from survey.enquiries.visibility import source_named, unknown
from survey.foundation.database import db
from survey.foundation.problems import Problem
from survey.partnership.directory import Source, directory

correcting = Blueprint(
    "correcting", __name__, url_prefix="/api/v1", description="Enquiries are put right."
)
BODY = {"required": True, "content": {"application/json": {"schema": CorrectionSchema}}}


@correcting.route("/enquiries/<source>/<path:reference>", methods=["PATCH"])
@correcting.doc(requestBody=BODY)
@correcting.response(200, CorrectedSchema)
@correcting.alt_response(404, description="No closure of such an enquiry, or none seen by this key")
@correcting.alt_response(422, description="It cannot be corrected like that; `errors` by field")
def correct_enquiry(source: str, reference: str) -> Mapping[str, object]:
    """Correct what was sent about a closed enquiry; the figures follow.

    The new values are checked as those of an enquiry that comes in. The same correction sent again
    changes nothing, and says so.
    """
    known = source_named(source, reference)
    closures, who = _closures(known, reference), caller()
    try:
        body = CorrectionSchema().load(json_body())
        closure = _meant(closures, body.get("closed_at"), known)
        made = correct(closure, body["change"], body["reason"], who.name, who.partners)
    except (ValidationError, Impossible) as wrong:
        raise _impossible(wrong) from None
    if made.after:
        # The values stay with the correction, where they can be forgotten.
        record("enquiry corrected", str(closure.uuid), fields=sorted(made.after))
    db.session.commit()
    return {
        "source": source,
        "reference": reference,
        "closed_at": closure.closed_at,
        "corrected": bool(made.after),
        "before": made.before,
        "after": made.after,
    }


def _closures(source: Source, reference: str) -> Sequence[Closure]:
    """The closures that the caller may see, locked."""
    found = db.session.scalars(
        select(Closure)
        .where(Closure.source_id == source.id, Closure.reference == reference)
        .order_by(Closure.closed_at)
        .with_for_update()
    ).all()
    code_of = {partner.id: partner.code for partner in directory().everything.partners}
    visible = [each for each in found if caller().may_see_partner(code_of[each.partner_id])]
    if not visible:
        raise unknown()
    return visible


def _meant(closures: Sequence[Closure], closed_at: datetime | None, source: Source) -> Closure:
    """The closure that is to be corrected."""
    at = closed_at and cut(closed_at, source.precision, directory().zone)
    meant = [closure for closure in closures if at in (None, closure.closed_at)]
    if len(meant) == 1:
        return meant[0]
    there_are = ", ".join(closure.closed_at.isoformat() for closure in closures)
    wrong = "was not closed then" if at else "missing; it was closed several times"
    raise Impossible({"closed_at": [f"{wrong}: {there_are}"]})


def _impossible(wrong: ValidationError | Impossible) -> Problem:
    errors = wrong.errors if isinstance(wrong, Impossible) else wrong.messages
    return Problem(
        422, "Not a possible correction", "Nothing was changed: see `errors`.", errors=errors
    )
