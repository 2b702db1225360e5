"""The themes in force: the founding ones and what a partnership added in its file."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from survey.comments.phrase_language import each_wrong
from survey.comments.themes.taxonomy import ALONE, UNLESS, WORDS, Taxonomy, founding
from survey.comments.understanding import METHOD
from survey.foundation.toml_files import WrongFile
from survey.partnership.file import PartnershipFile
from survey.partnership.loading import file_offered

Own = Mapping[str, Mapping[str, Any]]


def taxonomy_with(own: Own) -> Taxonomy | None:
    """The themes with a partnership's own, compiled once; None: those that come with the service.

    Raises:
        WrongPhrase: one of its phrases does not follow the language.
    """
    return _compiled(json.dumps(own)) if own else None


def method_with(own: Own) -> str:
    """The name of the method by which comments are read with these themes."""
    themes = taxonomy_with(own)
    return f"{METHOD}+{themes.digest}" if themes else METHOD


@lru_cache(maxsize=4)
def _compiled(own: str) -> Taxonomy:
    return founding().extended(json.loads(own))


@file_offered.connect
def _check(_sender: object, file: PartnershipFile) -> None:
    """Refuse a partnership file with a phrase that could not be read by."""
    check_phrases(file.settings.themes)


def check_phrases(own: Own) -> None:
    """Try each phrase alone, so that every wrong one is told.

    Raises:
        WrongFile: with a line a phrase.
    """
    lists = founding().lists
    mistakes = [
        f"themes.{key}.{kind}: {wrong}"
        for key, theme in own.items()
        for kind in (WORDS, ALONE, UNLESS)
        for wrong in each_wrong(theme.get(kind, ()), lists)
    ]
    if mistakes:
        raise WrongFile(mistakes)
