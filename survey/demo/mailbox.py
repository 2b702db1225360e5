"""The letters sent, to be read in the browser, so that a newcomer can answer one as its receiver.

Reads the maildir that the service writes to, newest letter first. A letter's HTML is shown in a
sandboxed frame where nothing runs; only its links work, and they open in the whole window. Served
in the demo alone, as every receiver's link stands open here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template

mailbox = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox", template_folder="pages")

LETTERS_SHOWN = 200
LETTER_ID = re.compile(r"[A-Za-z0-9._=+-]{1,200}")
# A letter's own styles may apply; nothing in it may fetch, run or send anything.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
OTHER_PORT = re.compile(r"http://127\.0\.0\.1:\d+(?=/)")


@dataclass(frozen=True)
class Letter:
    """A letter as it is shown; `broken`: nothing in it could be read."""

    id: str
    arrived_at: datetime
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""

    @property
    def broken(self) -> bool:
        """Whether this is no letter that anybody could read."""
        return not (self.text or self.html)


@mailbox.get("")
def show_all() -> str:
    """The newest letters."""
    files = sorted(_files(), key=_arrived, reverse=True)[:LETTERS_SHOWN]
    return render_template("demo/mailbox.html", letters=[_read(file) for file in files])


@mailbox.get("/<letter_id>")
def show_one(letter_id: str) -> str:
    """One letter, its HTML and its text."""
    # A name among those that are there: whatever else an id may hold, it leads nowhere.
    file = next((file for file in _files() if _id(file) == letter_id), None)
    if file is None:
        abort(404)
    return render_template("demo/letter.html", letter=_read(file))


@mailbox.after_request
def keep_letters_harmless(response: Response) -> Response:
    """Bind the page, and with it the frame in it, to what it brought along."""
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    return response


def _files() -> Iterator[Path]:
    maildir = Path(current_app.config["SURVEY_MAIL_URL"].removeprefix("maildir:"))
    for folder in (maildir / "new", maildir / "cur"):
        if folder.is_dir():
            yield from (file for file in folder.iterdir() if LETTER_ID.fullmatch(_id(file)))


def _id(file: Path) -> str:
    """The file's name without the flags that mail programs add."""
    return file.name.partition(":")[0]


def _arrived(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        # A mail program moved it while we looked.
        return 0.0


def _read(file: Path) -> Letter:
    # By the clock of this machine, which the newcomer reads too.
    arrived_at = datetime.fromtimestamp(_arrived(file), UTC).astimezone()
    try:
        message = message_from_bytes(file.read_bytes(), policy=modern)
        return Letter(
            id=_id(file),
            arrived_at=arrived_at,
            to=str(message["To"] or ""),
            subject=str(message["Subject"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )
    except (OSError, LookupError, ValueError, AttributeError, TypeError):
        # The standard library raises any of these on letters that are none.
        return Letter(_id(file), arrived_at)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    content = body.get_content() if body else ""
    # Sent when the demo ran on another port, its links are to work all the same.
    return OTHER_PORT.sub(current_app.config["SURVEY_PUBLIC_URL"], str(content))
