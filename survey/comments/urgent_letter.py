"""The letter to a nominated person: the reference of an enquiry, and what to do with it.

Letters are read over shoulders, forwarded, and kept by mail servers. So nothing in this one tells
what was written, by whom, about which service, or how it was rated.
"""

import shlex
from email.headerregistry import Address
from uuid import UUID

from flask import current_app
from flask_babel import force_locale, gettext
from markupsafe import escape

from survey.partnership.directory import directory
from survey.post.letter import Letter
from survey.questionnaire.questions import FALLBACK_LANGUAGE

HTML = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5">
{paragraphs}
</body>
</html>
"""


def write(uuid: UUID, to: str, source: str, reference: str) -> Letter:
    """The letter of a notice. Written again, it is the same letter with the same Message-ID."""
    sender = Address(directory().name, addr_spec=current_app.config["SURVEY_MAIL_FROM"])
    reference = " ".join(reference.split())
    with force_locale(FALLBACK_LANGUAGE):
        subject = gettext("Please look at enquiry %(reference)s", reference=reference)
        paragraphs = _paragraphs(source, reference)
    return Letter(
        to=to,
        subject=subject,
        text="\n\n".join(paragraphs) + "\n",
        html=HTML.format(
            language=FALLBACK_LANGUAGE,
            subject=escape(subject),
            paragraphs="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        ),
        sender=str(sender),
        message_id=f"<{uuid}@{sender.domain}>",
        headers={"Auto-Submitted": "auto-generated"},
    )


def _paragraphs(source: str, reference: str) -> list[str]:
    return [
        gettext("Hello,"),
        gettext(
            "somebody wrote to us about enquiry %(reference)s (%(source)s). You are the nominated"
            " person for what was written, so please look at it today.",
            reference=reference,
            source=source,
        ),
        gettext(
            "This letter says nothing of it on purpose. Ask the operator of the survey to show it"
            " to you, and to nobody else, with this command:"
        ),
        f"survey comments show {shlex.quote(source)} {shlex.quote(reference)}",
        gettext("It is noted that it was shown. Please do not pass this letter on."),
    ]
