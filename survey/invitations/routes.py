"""The page on which somebody stops all further letters.

The link in the letter is all it takes, on any machine, without signing in. Looking at the page
changes nothing, since mail scanners look at every link; pressing its button does. A mail program's
own "unsubscribe" posts here too (RFC 8058), which is why the answer is a page and no redirect.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.invitations import people
from survey.invitations.stop_tokens import person_of

stopping = Blueprint("stopping", __name__, template_folder="pages")
stopping.after_request(private_page)


@stopping.get("/stop/<token>")
def ask_to_stop(token: str) -> ResponseReturnValue:
    """The button."""
    return render_template("invitations/stop.html") if person_of(token) else _unknown()


@stopping.post("/stop/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Opt out of everything, for good; again makes no difference."""
    person = person_of(token)
    if person is None:
        return _unknown()
    people.opt_out(person, now())
    db.session.commit()
    return render_template("invitations/stopped.html")


def _unknown() -> ResponseReturnValue:
    return render_template("invitations/unknown_stop.html"), 404
