"""Which questionnaire is asked: the one that the partnership file names there."""

from collections.abc import Iterator, Mapping
from typing import Any

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import WrongFile
from survey.partnership.file import PartnershipFile
from survey.partnership.loading import file_offered
from survey.partnership.settings import Settings
from survey.questionnaire.library import newest, newest_numbers
from survey.questionnaire.questions import Questionnaire
from survey.questionnaire.shipped import DEFAULT


def asked_about(settings: Settings, partner: str, service: str) -> Questionnaire:
    """What to ask about an enquiry to this partner and service, by their codes: the newest version.

    What the service names comes before what the partner names, and that before what is for all.
    """
    return newest(settings.asking_of(partner, service).questionnaire)


@file_offered.connect
def _names_are_known(_sender: object, file: PartnershipFile) -> None:
    """Refuse a partnership file that names a questionnaire nobody has loaded.

    Raises:
        WrongFile: with a line for each place.
    """
    known = {DEFAULT, *newest_numbers()}
    mistakes = [
        f"{place}: unknown; nearest known: {nearest(name, known)}; load it first with "
        f"`survey questionnaire load {name} FILE.toml`"
        for place, name in _named(file.settings)
        if name not in known
    ]
    if mistakes:
        raise WrongFile(mistakes)


def _named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every questionnaire that is named, and where."""
    yield "asking.questionnaire", settings.asking.questionnaire
    for group, entries in settings.narrower.items():
        for code, tables in entries.items():
            asking: Mapping[str, Any] = tables.get("asking", {})
            if "questionnaire" in asking:
                yield f"{group}.{code}.asking.questionnaire", asking["questionnaire"]
