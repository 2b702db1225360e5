"""The pages a person sees: the form, as fresh or as they left it, and the pages around it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, render_template
from flask_babel import force_locale, format_decimal, gettext, ngettext

from survey.questionnaire.answers import Mistake
from survey.questionnaire.questions import Questionnaire
from survey.responses.links import Link

FORM_FIELD = "form_nonce"
# A name that no browser fills in by itself, as it would an "email" or a "website".
TRAP_FIELD = "leave_empty"


@dataclass(frozen=True)
class Complaint:
    """A mistake in words, and the field to go to; None where no field of the page is meant."""

    key: str | None
    text: str


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
    """

    questionnaire: Questionnaire
    language: str
    signed: str
    link: Link | None
    typed: Mapping[str, str]
    complaints: tuple[Complaint, ...] = ()


def form_html(form: Form) -> str:
    """The page with the form."""
    with force_locale(form.language):
        return render_template(
            "responses/answer.html",
            form=form,
            wrong={complaint.key: complaint.text for complaint in form.complaints},
            form_field=FORM_FIELD,
            trap_field=TRAP_FIELD,
        )


def plain_page(name: str, status: int = 200) -> Response:
    """A page without a form: thanks, or why there is none."""
    return make_response(plain_html(name), status)


def plain_html(name: str) -> str:
    """The same, to be answered with otherwise."""
    return render_template(f"responses/{name}.html")


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
    """What to tell somebody whose answer we cannot store now."""
    return (
        Complaint(
            None,
            gettext(
                "Sorry, we cannot store your answer at the moment. Nothing you typed is lost: "
                "leave this page open, and send it again in a minute."
            ),
        ),
    )


def _complaint(mistake: Mistake, questionnaire: Questionnaire) -> Complaint:
    if mistake.fault == "not_asked":
        text = gettext("The form held a field we did not ask for: %(name)s", name=mistake.key)
        return Complaint(None, text)
    if mistake.fault == "too_long":
        longest = next(q.longest for q in questionnaire.questions if q.key == mistake.key)
        text = ngettext(
            "Your comment is %(excess)s character too long. Please keep to %(longest)s.",
            "Your comment is %(excess)s characters too long. Please keep to %(longest)s.",
            mistake.excess,
            excess=format_decimal(mistake.excess),
            longest=format_decimal(longest),
        )
        return Complaint(mistake.key, text)
    if mistake.fault == "sent_twice":
        return Complaint(mistake.key, gettext("This was answered twice. Please answer it once."))
    if mistake.key == "rating":
        return Complaint(mistake.key, gettext("Choose how satisfied you are overall"))
    return Complaint(mistake.key, gettext("Choose one of the answers"))
