"""Welsh is complete and current: whoever is asked meets no English in the middle of it."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey.foundation.languages import translated_in
from survey.questionnaire.questions import FALLBACK_LANGUAGE
from survey.questionnaire.shipped import current

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "survey" / "translations"
TRANSLATED = translated_in(FOLDER)


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def entries(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def said() -> set[object]:
    """All that extraction finds, as `make translations` does."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    return {found[2] for found in extract_from_dir(ROOT, methods, options)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_all_that_is_said_to_people_is_translated_and_nothing_else(language: str) -> None:
    translated = entries(catalogue(language))
    assert {message.id for message in translated} == said()
    missing = [m.id for m in translated if m.fuzzy or not all(words(m))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_translation_names_what_the_english_names(language: str) -> None:
    for message in entries(catalogue(language)):
        english = message.id if isinstance(message.id, str) else message.id[0]
        for word in words(message):
            assert sorted(names(word)) == sorted(names(english)), english


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_stands_in_the_catalogue(language: str) -> None:
    expected = BytesIO()
    write_mo(expected, catalogue(language))
    compiled = FOLDER / language / "LC_MESSAGES" / "messages.mo"
    assert compiled.read_bytes() == expected.getvalue()


def test_the_questionnaire_speaks_the_same_languages() -> None:
    assert set(current().languages) == {FALLBACK_LANGUAGE, *TRANSLATED}


def words(message: Message) -> tuple[str, ...]:
    given = message.string
    return (given,) if isinstance(given, str) else tuple(map(str, given or ()))


def names(text: str) -> list[str]:
    return re.findall(r"%\((\w+)\)s", text)
