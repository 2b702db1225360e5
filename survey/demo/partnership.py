"""The demo's partnership: the founding one, asking at once, payroll in questions of its own.

Both are loaded as an operator loads files of their own, so what they show is what files can do.
"""

from dataclasses import replace
from pathlib import Path

from survey.foundation.database import db
from survey.partnership import file as partnership_file
from survey.partnership.directory import NotLoaded, directory
from survey.partnership.loading import apply
from survey.questionnaire.loading import store

FOUNDING = Path(partnership_file.__file__).with_name("founding.toml")
WITH_OWN_QUESTIONS = "payroll"
QUESTIONNAIRE = Path(__file__).with_name(f"{WITH_OWN_QUESTIONS}.toml")
NAMED = f'\n[services.{WITH_OWN_QUESTIONS}.asking]\nquestionnaire = "{WITH_OWN_QUESTIONS}"\n'


def load_partnership() -> None:
    """Load it, committed; a partnership that is there stays as it is."""
    try:
        directory()
    except NotLoaded:
        store(WITH_OWN_QUESTIONS, QUESTIONNAIRE.read_bytes())
        # A partnership file may name only what is there for all to see.
        db.session.commit()
        founding = partnership_file.parse(FOUNDING.read_bytes() + NAMED.encode())
        asking = replace(founding.settings.asking, delay_minutes=0)
        apply(replace(founding, settings=replace(founding.settings, asking=asking)))
        db.session.commit()
