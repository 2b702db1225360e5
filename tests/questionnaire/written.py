"""Questionnaires as somebody writes them, for tests: pieces of TOML."""

from collections.abc import Mapping

from flask import current_app

from survey.foundation.database import db
from survey.partnership.file import parse
from survey.partnership.loading import apply
from survey.questionnaire.loading import store
from survey.questionnaire.questions import VALUES
from tests.databases import FOUNDING

RATING = """
[[questions]]
key = "rating"
kind = "rating"
required = true
[questions.texts.en]
asks = "How satisfied?"
[questions.texts.en.options]
5 = "Very"
4 = "Rather"
3 = "So so"
2 = "Little"
1 = "Not"
"""


def question(key: str, kind: str, *more: str, options: tuple[str, ...] = (), of: str = "en") -> str:
    """One question in one language; `more` are lines beside its kind."""
    words = "".join(f'{value} = "Option {value}"\n' for value in options or VALUES.get(kind, ()))
    lines = "\n".join([f'key = "{key}"', f'kind = "{kind}"', *more])
    return (
        f'[[questions]]\n{lines}\n\n[questions.texts.{of}]\nasks = "{key.capitalize()}?"\n'
        f"[questions.texts.{of}.options]\n{words}\n"
    )


def after(key: str, *values: str) -> str:
    """The line that makes a question one that is shown after a given answer only."""
    listed = ", ".join(f'"{value}"' for value in values)
    return f'after = {{question = "{key}", is = [{listed}]}}'


WHOLE = (
    question("resolved", "yes_partly_no")
    + question("missing", "choices", after("resolved", "no", "partly"), options=("form", "answer"))
    + question("other", "text", "longest = 20", after("missing", "answer"))
    + question("via", "choice", options=("phone", "mail"))
    + RATING
    + question("again", "recommendation", options=("0", "10"))
    + question("comment", "comment", "longest = 1200")
)


def name_questionnaires(
    asking: str = "default",
    partners: Mapping[str, str] | None = None,
    services: Mapping[str, str] | None = None,
) -> None:
    """Load the founding partnership with these questionnaires: for all, and by code."""
    text = FOUNDING.read_text().replace("[asking]", f'[asking]\nquestionnaire = "{asking}"')
    for group, named in (("partners", partners), ("services", services)):
        for code, name in (named or {}).items():
            text += f'\n[{group}.{code}.asking]\nquestionnaire = "{name}"\n'
    apply(parse(text.encode()))
    db.session.commit()


def load_questionnaire(name: str, text: str) -> None:
    """Load a questionnaire, and have this process look at what is newest again."""
    store(name, text.encode())
    db.session.commit()
    current_app.extensions.pop("survey.questionnaire.kept", None)
