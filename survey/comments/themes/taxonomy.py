"""What comments can be about: themes, each with the phrases that tell of it, kept in a TOML file.

The founding themes are those of a shared services centre; a partnership adds its own. Compiled
once, a taxonomy is shared by all threads.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from survey.comments.phrases import Phrases

FOUNDING = Path(__file__).with_name("shared_services.toml")
# Which of a theme's three lists a phrase stands in, as the compiled phrases name it.
WORDS, ALONE, UNLESS = "words", "alone", "unless"


@dataclass(frozen=True)
class Theme:
    """One thing that comments are about.

    Attributes:
        key: what figures and the interface call it.
        name: what people call it.
        words: phrases that tell of it.
        alone: phrases that tell of it only where a comment tells of nothing else.
        unless: phrases which show that the words they share are about something else.
    """

    key: str
    name: str
    words: tuple[str, ...]
    alone: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """Themes, compiled. Two with the same content are the same."""

    themes: tuple[Theme, ...]
    lists: Mapping[str, Sequence[str]] = field(compare=False)
    digest: str = field(init=False)
    phrases: Phrases = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compile.

        Raises:
            WrongPhrase: a phrase does not follow the language.
        """
        labelled = {
            f"{kind}:{theme.key}": getattr(theme, kind)
            for theme in self.themes
            for kind in (WORDS, ALONE, UNLESS)
        }
        content = json.dumps([list(labelled.items()), self.lists, self._names()])
        object.__setattr__(self, "digest", hashlib.sha256(content.encode()).hexdigest()[:12])
        object.__setattr__(self, "phrases", Phrases(labelled, self.lists))

    @property
    def keys(self) -> tuple[str, ...]:
        """The themes' keys, in the file's order."""
        return tuple(theme.key for theme in self.themes)

    def name_of(self, key: str) -> str:
        """What people call a theme; the key itself if no such theme is known any more."""
        return self._names().get(key, key)

    def extended(self, own: Mapping[str, Mapping[str, Any]]) -> "Taxonomy":
        """With a partnership's own themes, or more words for those there are.

        Raises:
            WrongPhrase: a phrase does not follow the language.
        """
        themes = {theme.key: theme for theme in self.themes}
        for key, added in own.items():
            known = themes.get(key, Theme(key, key, ()))
            themes[key] = Theme(
                key,
                added.get("name", known.name),
                *(
                    getattr(known, kind) + tuple(added.get(kind, ()))
                    for kind in (WORDS, ALONE, UNLESS)
                ),
            )
        return Taxonomy(tuple(themes.values()), self.lists)

    def _names(self) -> dict[str, str]:
        return {theme.key: theme.name for theme in self.themes}


@cache
def founding() -> Taxonomy:
    """The themes that every partnership has."""
    content = tomllib.loads(FOUNDING.read_text(encoding="utf-8"))
    bare = Taxonomy((), content["lists"])
    return bare.extended(content["themes"])
