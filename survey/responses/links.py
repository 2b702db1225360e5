"""What stands behind a link: the enquiry asked about, who asks, and until when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.keys import token_hash
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow, ServiceRow
from survey.responses.straight import once_more, straight

# Built once: putting a statement together costs more than running it.
_BEHIND = (
    select(
        PartnerRow.name.label("partner"),
        ServiceRow.name.label("service"),
        Closure.reference,
        Closure.language,
        Invitation.expires_at,
    )
    .select_from(Invitation)
    .join(Closure, Closure.id == Invitation.closure_id)
    .join(PartnerRow, PartnerRow.id == Closure.partner_id)
    .join(ServiceRow, ServiceRow.id == Closure.service_id)
    .where(Invitation.token_hash == bindparam("link"), Invitation.asked)
)


@dataclass(frozen=True)
class Link:
    """What stands behind a link. An erased enquiry has no reference any more."""

    partner: str
    service: str
    reference: str | None
    language: str | None
    expires_at: datetime

    @property
    def expired(self) -> bool:
        """Whether it is too late to answer."""
        return self.expires_at <= now()


def find_link(token: str) -> Link | None:
    """What stands behind the link with this token; None where there is no such link."""

    def look() -> Link | None:
        with straight().connect() as connection:
            found = connection.execute(_BEHIND, {"link": token_hash(token)})
            row = found.mappings().one_or_none()
        return Link(**row) if row else None

    return once_more(look)
