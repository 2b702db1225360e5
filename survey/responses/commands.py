"""`survey responses …`: which answers are held, and for what; and letting one count after all.

Nothing here holds an answer, and nothing deletes one.
"""

from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from survey.access.audit import local_user, record
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow, ServiceRow
from survey.responses.model import Hold, Response

LONGEST_REASON = 500
# The newest, as a terminal can hold them.
LISTED = 200

HELD = (
    select(
        *(Response.uuid, Response.answered_at, Response.rating, Hold.signs),
        *(PartnerRow.code.label("partner"), ServiceRow.code.label("service")),
    )
    .join(Hold, Hold.response_id == Response.id)
    .join(Invitation, Invitation.id == Response.invitation_id)
    .join(Closure, Closure.id == Invitation.closure_id)
    .join(PartnerRow, PartnerRow.id == Closure.partner_id)
    .join(ServiceRow, ServiceRow.id == Closure.service_id)
    .where(Hold.released_at.is_(None))
    .order_by(Hold.id.desc())
)


@click.group("responses")
def responses_group() -> None:
    """Answers: which are held, since they look like a machine's."""


@responses_group.command("held")
@click.option("--last", default=LISTED, show_default=True, type=click.IntRange(1), help="So many.")
def held(last: int) -> None:
    """List answers that are held, newest first, with the signs that fired.

    \b
    Example:
      survey responses held
    """
    table = Table("answer", "when (UTC)", "partner", "service", "score", "signs")
    for row in db.session.execute(HELD.limit(last)):
        table.add_row(
            str(row.uuid),
            f"{row.answered_at:%Y-%m-%d %H:%M:%S}",
            Text(row.partner),
            Text(row.service),
            str(row.rating),
            " ".join(row.signs),
        )
    # As wide as it needs to be: an identifier broken in two cannot be copied.
    Console(width=max(Console().width, 130)).print(table)


@responses_group.command("release")
@click.argument("answer", type=click.UUID)
@click.option("--reason", required=True, help="Why; without names, since it stays for good.")
def release(answer: UUID, reason: str) -> None:
    """Let a held answer count from now on, as the audit notes.

    \b
    Example:
      survey responses release 0b6a1c1e-5f0e-4f0a-9f39-6d0c6c8e2f11 --reason "theirs, they say"
    """
    if not (reason.strip() and reason.isprintable() and len(reason) <= LONGEST_REASON):
        raise click.UsageError(f"--reason is one line of up to {LONGEST_REASON} characters")
    response = db.session.scalar(select(Response).where(Response.uuid == answer))
    if response is None:
        raise click.ClickException(f"no answer {answer}")
    holds = db.session.scalars(select(Hold).where(Hold.response_id == response.id)).all()
    standing = next((each for each in holds if each.released_at is None), None)
    if standing is None:
        state = "was released before" if holds else "was never held"
        raise click.ClickException(f"answer {answer} {state}")
    standing.released_at = now()
    signs = sorted(standing.signs)
    said = {"reason": reason.strip(), "signs": signs, "user": local_user()}
    record("response released", f"response {answer}", **said)
    db.session.commit()
    click.echo(f"{answer} counts from now on, unless a later answer by its link does")
