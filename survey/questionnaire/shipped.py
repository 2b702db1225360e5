"""The questionnaire that comes with the service, so that it works before any other is loaded.

Each version is a file in `default/`. A shipped version is never edited; a change is a new file.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from survey.questionnaire.file import parse
from survey.questionnaire.questions import Questionnaire

FOLDER = Path(__file__).parent
DEFAULT = "default"


@cache
def shipped() -> Mapping[int, Questionnaire]:
    """Every version of it, by number, in order."""
    numbers = sorted(int(path.stem) for path in (FOLDER / DEFAULT).glob("*.toml"))
    return MappingProxyType({number: _read(number) for number in numbers})


def current() -> Questionnaire:
    """Its newest version."""
    versions = shipped()
    return versions[max(versions)]


def _read(number: int) -> Questionnaire:
    return parse(DEFAULT, number, (FOLDER / DEFAULT / f"{number}.toml").read_bytes())
