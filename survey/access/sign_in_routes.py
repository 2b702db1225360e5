"""Signing in by a link sent by mail, without a password, and signing out.

Whoever asks for a link is answered the same, in the same time, known or not. The link shows a page
with a button, since mail scanners follow links; pressing it signs in, once a link. Nothing that a
GET does changes who is signed in.
"""

import re

from flask import Blueprint, Response, make_response, redirect, render_template, request

from survey.access import session_cookie, sign_ins
from survey.access.audit import record
from survey.access.caller import let_in
from survey.access.guessing import asks_too_often, later, unknown_link
from survey.access.members import Member, members
from survey.access.own_pages import BOARD_PAGE, own_page
from survey.access.sign_in_links import ask_for_link, link_asked_for, person_behind, use
from survey.access.signed_forms import (
    FORM_FIELD,
    asking_leads_to,
    is_ours,
    sign_asking,
    sign_form,
)
from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.foundation.keys import token_hash

signing_in = Blueprint("signing_in", __name__, template_folder="pages")
signing_in.after_request(private_page)

# What a mailbox can be; whether it is one, only a letter would tell.
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


@signing_in.get("/sign-in")
def ask() -> str:
    """The page on which one asks for a link."""
    return _asking_page(own_page(request.args.get("to")))


@signing_in.post("/sign-in")
def send_link() -> Response:
    """Have a link sent, if the address is that of somebody who may sign in."""
    leads_to = asking_leads_to(request.form.get(FORM_FIELD, ""))
    address = request.form.get("email", "").strip()
    if leads_to is None:
        return make_response(_asking_page(own_page(None), address, mistake="form"), 422)
    if not ADDRESS.fullmatch(address):
        return make_response(_asking_page(leads_to, address, mistake="address"), 422)
    if asks_too_often():
        return later(render_template("access/too_often.html"))
    ask_for_link(address, leads_to)
    db.session.commit()
    link_asked_for.send()
    return make_response(render_template("access/asked.html"))


@signing_in.get("/sign-in/<token>")
def show_button(token: str) -> Response:
    """The button that signs in. The link stays as it is."""
    person = person_behind(token)
    member = members().get(person) if person else None
    return _button_page(token, member) if member else _dead_link()


@signing_in.post("/sign-in/<token>")
def sign_in(token: str) -> Response:
    """Use the link up and sign its person in; a sign-in that the browser had before ends."""
    if not is_ours("sign in", token_hash(token), request.form.get(FORM_FIELD, "")):
        return show_button(token)
    used = use(token)
    member = members().get(used.person) if used else None
    if used is None or member is None:
        return _dead_link()
    if before := session_cookie.token_sent():
        sign_ins.end(token_hash(before))
    new = sign_ins.begin(member.person)
    let_in(member.as_caller())
    record("signed in", member.name, roles=member.roles)
    db.session.commit()
    answer = make_response(redirect(own_page(used.leads_to), 303))
    session_cookie.give(answer, new)
    return answer


@signing_in.post("/sign-out")
def sign_out() -> Response:
    """End the sign-in of this browser."""
    signed_in = session_cookie.signed_in_now()
    if signed_in:
        if not is_ours("sign out", signed_in.token_hash, request.form.get(FORM_FIELD, "")):
            return make_response(render_template("access/sign_out.html"), 422)
        sign_ins.end(signed_in.token_hash)
        db.session.commit()
    answer = make_response(render_template("access/signed_out.html"))
    session_cookie.take_back(answer)
    return answer


def _asking_page(leads_to: str, typed: str = "", mistake: str = "") -> str:
    return render_template(
        "access/ask.html",
        field=FORM_FIELD,
        signed=sign_asking(leads_to),
        typed=typed,
        mistake=mistake,
    )


def _button_page(token: str, member: Member) -> Response:
    signed = sign_form("sign in", token_hash(token))
    return make_response(
        render_template("access/button.html", field=FORM_FIELD, signed=signed, name=member.name)
    )


def _dead_link() -> Response:
    return unknown_link(render_template("access/dead_link.html", board_page=BOARD_PAGE))
