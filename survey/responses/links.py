"""What stands behind a link: the enquiry asked about, who asks, and whether it is too late."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import UTCDateTime
from survey.foundation.keys import token_hash
from survey.foundation.straight import Straight
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow, ServiceRow
from survey.responses.counted import ANSWERED

_BEHIND = Straight(
    select(
        PartnerRow.name.label("partner"),
        ServiceRow.name.label("service"),
        Closure.reference,
        Closure.language,
        Invitation.expires_at <= bindparam("now", type_=UTCDateTime()),
        PartnerRow.colour,
        ANSWERED,
        PartnerRow.code,
        ServiceRow.code,
    )
    .select_from(Invitation)
    .join(Closure, Closure.id == Invitation.closure_id)
    .join(PartnerRow, PartnerRow.id == Closure.partner_id)
    .join(ServiceRow, ServiceRow.id == Closure.service_id)
    .where(Invitation.token_hash == bindparam("link"), Invitation.asked)
)


@dataclass(frozen=True)
class Link:
    """What stands behind a link. An erased enquiry has no reference, an expired link no form.

    `colour` is the partner's, such as `#1d4e89`; `answered`: whether anything was ever sent by it.
    """

    partner: str
    service: str
    reference: str | None
    language: str | None
    expired: bool
    colour: str
    answered: bool
    partner_code: str
    service_code: str


def find_link(token: str) -> Link | None:
    """What stands behind the link with this token; None where there is no such link."""
    row = _BEHIND.first({"link": token_hash(token), "now": now()})
    return Link(*row) if row else None
