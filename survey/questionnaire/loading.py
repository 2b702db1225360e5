"""Loads a questionnaire: a new version where it asks something else than the newest one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey.access.audit import record
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.languages import languages
from survey.foundation.toml_files import WrongFile
from survey.questionnaire.file import parse, says_the_same
from survey.questionnaire.library import labels, version
from survey.questionnaire.model import QuestionnaireRow
from survey.questionnaire.questions import Questionnaire


class LoadedMeanwhile(Exception):
    """Somebody else has just loaded another file under the same name."""


@dataclass(frozen=True)
class Loaded:
    """The version that asks what the file asks, and whether loading it made it."""

    version: int
    is_new: bool


def read(name: str, number: int, content: bytes) -> Questionnaire:
    """A questionnaire that may be shown by this service.

    Raises:
        WrongFile: it is wrong in itself, or in a language whose pages we do not have.
    """
    asked = parse(name, number, content)
    spoken = languages()
    unspoken = [one for one in asked.languages if one not in spoken]
    if unspoken:
        known = ", ".join(spoken)
        raise WrongFile(
            [f"questions[1].texts.{one}: no page speaks it; known: {known}" for one in unspoken]
        )
    return asked


def store(name: str, content: bytes) -> Loaded:
    """Store a file as the next version, up to the commit, unless it asks what the newest asks.

    Raises:
        WrongFile: it cannot be asked as it stands.
        LoadedMeanwhile: its number was taken since it was looked up; the transaction is lost.
    """
    versions = select(QuestionnaireRow).where(QuestionnaireRow.name == name)
    last = db.session.scalar(versions.order_by(QuestionnaireRow.version.desc()).limit(1))
    number = last.version + 1 if last else 1
    read(name, number, content)
    if last and says_the_same(last.content, content):
        return Loaded(last.version, is_new=False)
    db.session.add(QuestionnaireRow(name=name, version=number, content=content, loaded_at=now()))
    record("questionnaire loaded", name, version=number)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise LoadedMeanwhile from None
    return Loaded(number, is_new=True)


def counted_apart(name: str, number: int) -> Sequence[str]:
    """The labels of those questions of a stored version that are not added to earlier ones."""
    asked, known = version(name, number), labels()
    questions = asked.questions if asked else ()
    found = [known[name, number, question.key] for question in questions]
    return [label for label in found if "@" in label]
