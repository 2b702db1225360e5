"""The service groups that boards may ask about: today's, and those that something was sealed in.

What is sealed stays in its group, whatever the partnership says since.
"""

from sqlalchemy import select, union

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.blocks.closures_model import COUNT, WHOLE
from survey.reports.blocks.model import Block
from survey.reports.query import must_be_one_of


def must_be_a_group(group: str, partners: frozenset[int] | None, known: Directory) -> None:
    """Refuse a service group that there is not and was not, naming those that may be asked about.

    Args:
        group: as it was asked for.
        partners: the ids of those that it may have been sealed for; None: all.
        known: the partnership.

    Raises:
        Refused: nothing is called so.
    """
    groups = {service.service_group for service in known.everything.services}
    if group not in groups:
        groups |= _sealed_in(partners)
    must_be_one_of("service", group, [*sorted(groups), OTHER_SERVICES])


def _sealed_in(partners: frozenset[int] | None) -> set[str]:
    blocks = select(Block.service_group).where(Block.service_group.is_not(None))
    closures = select(COUNT.service_group).where(COUNT.side == WHOLE)
    if partners is not None:
        blocks = blocks.where(Block.partner_id.in_(partners))
        closures = closures.where(COUNT.partner_id.in_(partners))
    return {*db.session.scalars(union(blocks, closures))}
