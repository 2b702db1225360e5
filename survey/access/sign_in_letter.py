"""The letter with a link that signs somebody in: short, and nothing in it tells of any figures."""

from datetime import datetime
from email.headerregistry import Address
from uuid import UUID

from flask import current_app, render_template
from flask_babel import force_locale, gettext

from survey.access.members import Member
from survey.access.sign_in_links import token_of
from survey.foundation.languages import ENGLISH
from survey.partnership.directory import directory
from survey.post.letter import Letter


def write(uuid: UUID, member: Member, until: datetime) -> Letter:
    """The letter with a link. Written again, it has the same link and the same Message-ID."""
    known = directory()
    sender = Address(known.name, addr_spec=current_app.config["SURVEY_MAIL_FROM"])
    words = {
        "centre": known.name,
        "name": member.name,
        "link": f"{current_app.config['SURVEY_PUBLIC_URL']}/sign-in/{token_of(uuid)}",
        "until": f"{until.astimezone(known.zone):%H:%M}",
    }
    with force_locale(ENGLISH):
        return Letter(
            to=member.email,
            subject=gettext("Sign in: %(centre)s survey", centre=known.name),
            text=render_template("access/letter.txt", **words),
            html=render_template("access/letter.html", **words),
            sender=str(sender),
            message_id=f"<{uuid}@{sender.domain}>",
            headers={"Auto-Submitted": "auto-generated"},
        )
