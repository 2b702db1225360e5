"""The pages a person sees: the form, as fresh or as they left it, and the pages around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template
from flask_babel import force_locale, format_decimal, gettext, ngettext

from survey.foundation.languages import narrow
from survey.questionnaire.answers import Mistake, Typed
from survey.questionnaire.questions import LINE, SEVERAL, Question, Questionnaire
from survey.responses.before import Before
from survey.responses.conditions import conditions_of
from survey.responses.links import Link

FORM_FIELD = "form_nonce"
# A name that no browser fills in by itself, as it would an "email" or a "website".
TRAP_FIELD = "leave_empty"
# Of the button that shows the form in another language, as it was left.
LANGUAGE_FIELD = "show_in"


@dataclass(frozen=True)
class Complaint:
    """A mistake in words, and the field to go to; None where no field of the page is meant.

    `alone` is whether the words tell by themselves which question is meant.
    """

    key: str | None
    text: str
    alone: bool = True


@dataclass(frozen=True)
class Form:
    """A form to show.

    Attributes:
        questionnaire: what is asked.
        language: in which language.
        signed: the hidden field that makes it ours.
        link: what it is about; None where the database could not tell.
        typed: what to fill in, by question key.
        complaints: what to mend.
        in_link: the rating that the link chose, where it counts.
        before: what was answered before, where that is filled in.
    """

    questionnaire: Questionnaire
    language: str
    signed: str
    link: Link | None
    typed: Typed
    complaints: tuple[Complaint, ...] = ()
    in_link: str = ""
    before: Before | None = None


def form_html(form: Form) -> str:
    """The page with the form."""
    narrow(form.questionnaire.languages)
    with force_locale(form.language):
        return render_template(
            "responses/answer.html",
            form=form,
            wrong={complaint.key: complaint.text for complaint in form.complaints},
            form_field=FORM_FIELD,
            trap_field=TRAP_FIELD,
            conditions=conditions_of(form.questionnaire, form.language),
        )


def plain_page(name: str, status: int = 200, link: Link | None = None) -> Response:
    """A page without a form that says why, in the name and colour of who asked, where known."""
    return make_response(plain_html(name, link), status)


def plain_html(name: str, link: Link | None = None) -> str:
    """The same, to be answered with otherwise."""
    asker = {"band": link.partner, "colour": link.colour} if link else {}
    return render_template(f"responses/{name}.html", **asker)


def kept_html(signed: str, fields: Sequence[tuple[str, str]]) -> str:
    """A page that holds all that was sent, unseen, to be sent again: its questions are unknown."""
    return render_template(
        "responses/kept.html", form_field=FORM_FIELD, signed=signed, fields=fields
    )


def in_words(mistakes: tuple[Mistake, ...], questionnaire: Questionnaire) -> tuple[Complaint, ...]:
    """What to tell the person, in the order of the page."""
    return tuple(_complaint(mistake, questionnaire) for mistake in mistakes)


def not_our_form() -> tuple[Complaint, ...]:
    """What to tell somebody whose form lacks the hidden field that we put there."""
    return (
        Complaint(
            None, gettext("We could not accept the form as it was sent. Please send it again.")
        ),
    )


def database_away() -> tuple[Complaint, ...]:
    """What to tell somebody whose answer may be stored or not, since nobody answers who knows."""
    return (
        Complaint(
            None,
            gettext(
                "Sorry, we could not make sure that your answer was stored. Nothing you typed is "
                "lost: leave this page open, and send it again in a minute. It counts only once."
            ),
        ),
    )


def _complaint(mistake: Mistake, questionnaire: Questionnaire) -> Complaint:
    if mistake.fault == "not_asked":
        text = gettext("The form held a field we did not ask for: %(name)s", name=mistake.key)
        return Complaint(None, text)
    if mistake.fault == "too_long":
        alone = mistake.key == "comment"
        return Complaint(mistake.key, _too_long(mistake, questionnaire), alone)
    if mistake.fault == "sent_twice":
        text = gettext("This was answered twice. Please answer it once.")
        return Complaint(mistake.key, text, alone=False)
    if mistake.key == "rating":
        return Complaint(mistake.key, gettext("Choose how satisfied you are overall"))
    text = _what_to_do(questionnaire.question(mistake.key))
    return Complaint(mistake.key, text, alone=False)


def _what_to_do(question: Question | None) -> str:
    if question and not question.values:
        return str(gettext("Write an answer"))
    if question and question.kind == SEVERAL:
        return str(gettext("Choose one or more of the answers"))
    return str(gettext("Choose one of the answers"))


def _too_long(mistake: Mistake, questionnaire: Questionnaire) -> str:
    question = questionnaire.question(mistake.key)
    numbers = {
        "excess": format_decimal(mistake.excess),
        "longest": format_decimal(question.longest if question else 0),
    }
    if question and question.kind == LINE:
        text = ngettext(
            "Your answer is %(excess)s character too long. Please keep to %(longest)s.",
            "Your answer is %(excess)s characters too long. Please keep to %(longest)s.",
            mistake.excess,
            **numbers,
        )
    else:
        text = ngettext(
            "Your comment is %(excess)s character too long. Please keep to %(longest)s.",
            "Your comment is %(excess)s characters too long. Please keep to %(longest)s.",
            mistake.excess,
            **numbers,
        )
    return str(text)
