"""Packs for whoever is signed in: asked for by a button, made by a worker, then fetched.

The button is a form, so nothing is asked for by following a link. Whoever may not see all that a
pack shows is told of no such pack.
"""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import Row, select

from survey.access.caller import Caller, caller
from survey.access.session_cookie import signed_in_now
from survey.access.signed_forms import FORM_FIELD, is_ours, sign_form
from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.foundation.keys import token_hash
from survey.foundation.languages import choose, for_the_person, languages, own_name
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports.board.choices import partners_seen
from survey.reports.board.view import BoardView
from survey.reports.pack.asking import MOST_WAITING, TooMany, ask_for, pack_asked_for
from survey.reports.pack.content import period_of
from survey.reports.pack.model import Pack
from survey.reports.pack.needed import lacking
from survey.reports.periods import UnknownPeriod
from survey.reports.query import UnknownPartner

packs = Blueprint("packs", __name__, template_folder="pages", url_prefix="/board/packs")
packs.after_request(private_page)
for_the_person(packs)

PURPOSE = "ask for a pack"
KEPT = ("ticket", "language")
Known = Row[*tuple[Any, ...]]


@packs.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Whoever comes without a valid address is told where to get one."""
    return render_template("board/refused.html", message=problem.detail), problem.status


@packs.post("")
def ask() -> Response:
    """Have a pack made of a period and a partner, or of all; then lead to where it is awaited."""
    if reason := lacking():
        return _page(503, "pack/not_here.html", reason=reason)
    if not is_ours(PURPOSE, _bound_to(), request.form.get(FORM_FIELD, "")):
        return _page(422, "pack/again.html", mistake="form", **_form())
    language = choose(meant=request.form.get("language"))
    partner = request.form.get("partner") or None
    try:
        pack = ask_for(period_of(request.form.get("period")), partner, language, caller())
    except UnknownPartner as unknown:
        return _page(404, "board/unknown.html", message=str(unknown))
    except UnknownPeriod as unknown:
        return _page(422, "board/unknown.html", message=str(unknown))
    except TooMany:
        return _page(429, "pack/again.html", mistake="many", most=MOST_WAITING, **_form())
    db.session.commit()
    pack_asked_for.send()
    return make_response(redirect(url_for("packs.wait", pack=pack, **_kept()), 303))


@packs.get("/<uuid:pack>")
def wait(pack: UUID) -> Response:
    """How far it is: asked for, being made, ready."""
    found = _found(pack)
    if found is None:
        return _unknown()
    only = _only_partner(found)
    whom = dict(partners_seen(None, directory())).get(only, only) if only else None
    return _page(200, "pack/wait.html", pack=found, whom=whom, kept=_kept())


@packs.get("/<uuid:pack>/board-pack.pdf")
def fetch(pack: UUID) -> Response:
    """The PDF, once it is made."""
    found = _found(pack)
    content = db.session.scalar(select(Pack.pdf).where(Pack.uuid == pack)) if found else None
    if found is None or content is None:
        return _unknown()
    answer = current_app.response_class(content, mimetype="application/pdf")
    only = _only_partner(found)
    whose = f"{only}-" if only else ""
    name = f"board-pack-{whose}{found.period.replace('..', '-to-')}-{found.language}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@packs.app_template_global("pack_form")
def form_for(view: BoardView) -> dict[str, Any] | None:
    """The form with the button, for a page that shows this; None where packs cannot be made."""
    if lacking():
        return None
    return _form() | {"period": view.period.text, "partner": view.chosen.get("partner", "")}


def _form() -> dict[str, Any]:
    return {
        "action": url_for("packs.ask", **_kept()),
        "field": FORM_FIELD,
        "signed": sign_form(PURPOSE, _bound_to()),
        "languages": [(code, own_name(code)) for code in languages()],
        "language": choose(),
    }


def _bound_to() -> bytes:
    """Whom a form is for: who is signed in, or holds the ticket in the address."""
    somebody = signed_in_now()
    return somebody.token_hash if somebody else token_hash(request.args.get("ticket", ""))


def _kept() -> dict[str, Any]:
    """What the addresses of packs take along: the ticket of whoever came by one, the language."""
    return {name: value for name in KEPT if (value := request.args.get(name))}


def _found(pack: UUID) -> Known | None:
    """What is known of a pack without its content; None where the caller may not see all of it."""
    columns = (Pack.uuid, Pack.period, Pack.partner, Pack.partners, Pack.language, Pack.asked_at)
    dates = (Pack.claimed_until, Pack.made_at, Pack.given_up_at)
    found = db.session.execute(select(*columns, *dates).where(Pack.uuid == pack)).first()
    return found if found and _may_see(caller(), found.partners) else None


def _only_partner(pack: Known) -> str | None:
    """The code of the only partner that a pack shows."""
    return pack.partners[0] if len(pack.partners) == 1 else None


def _may_see(somebody: Caller, partners: list[str]) -> bool:
    """Whether somebody sees all that a pack of these partners (none named: all) shows."""
    if somebody.partners is None:
        return True
    return bool(partners) and somebody.partners.issuperset(partners)


def _unknown() -> Response:
    return _page(404, "pack/unknown.html")


def _page(status: int, template: str, **more: Any) -> Response:
    return make_response(render_template(template, **more), status)
