"""The pages on which somebody stops all further letters, or those about one partner, or neither.

The link in the letter is all it takes, on any machine, without signing in. Looking at a page
changes nothing, since mail scanners look at every link; pressing its button does. A mail program's
own "unsubscribe" posts here too (RFC 8058), which is why the answer is a page and no redirect. It
has but one button, so it means everything: somebody who did not read our words wants no more of us.
The page that confirms holds a link, of its own kind, by which to be asked again.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from survey.access.guessing import unknown_link
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.foundation.languages import for_the_person
from survey.invitations import people
from survey.invitations.stop_tokens import again_token, person_of
from survey.partnership.directory import Partner, directory

stopping = Blueprint("stopping", __name__, template_folder="pages")
stopping.after_request(private_page)
for_the_person(stopping)

ONE_PARTNER = "partner"


@stopping.get("/stop/<token>")
@stopping.get("/stop/<token>/<code>")
def ask_to_stop(token: str, code: str | None = None) -> ResponseReturnValue:
    """The buttons: everything, and where the link names a partner, that alone."""
    if person_of(token) is None:
        return _unknown()
    return render_template("invitations/stop.html", partner=_partner(code), value=ONE_PARTNER)


@stopping.post("/stop/<token>")
@stopping.post("/stop/<token>/<code>")
def stop(token: str, code: str | None = None) -> ResponseReturnValue:
    """Opt out for good; again makes no difference."""
    person, partner = person_of(token), _partner(code)
    of_one = request.form.get("of") == ONE_PARTNER
    if person is None or (of_one and partner is None):
        return _unknown()
    if partner and of_one:
        people.opt_out_of(person, partner.id, now())
    else:
        partner = None
        people.opt_out(person, now())
    db.session.commit()
    again = again_token(person)
    return render_template("invitations/stopped.html", partner=partner, again=again)


@stopping.get("/ask-again/<token>")
@stopping.get("/ask-again/<token>/<code>")
def ask_whether_again(token: str, code: str | None = None) -> ResponseReturnValue:
    """The button that takes an opt-out back."""
    if person_of(token, "again") is None:
        return _unknown()
    return render_template("invitations/again.html", partner=_partner(code))


@stopping.post("/ask-again/<token>")
@stopping.post("/ask-again/<token>/<code>")
def again(token: str, code: str | None = None) -> ResponseReturnValue:
    """Take back what the link names: an opt-out of one partner, or that of everything."""
    person, partner = person_of(token, "again"), _partner(code)
    if person is None or (code and partner is None):
        return _unknown()
    if partner:
        people.opt_in_to(person, partner.id)
    else:
        people.opt_in(person)
    db.session.commit()
    return render_template("invitations/asked_again.html", partner=partner)


def _partner(code: str | None) -> Partner | None:
    """The partner that a link names, ended or not; letters live longer than partnerships."""
    everybody = directory().everything.partners if code else ()
    return next((one for one in everybody if one.code == code), None)


def _unknown() -> ResponseReturnValue:
    return unknown_link(render_template("invitations/unknown_stop.html"))
