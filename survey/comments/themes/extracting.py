"""Hands the names of the themes that come with the service to the catalogue of translations.

`babel.cfg` names it as the way to read their file, as it names others for templates. A theme's name
is looked up in the catalogue where boards read it; see `reports/board/labels.py`.
"""

import tomllib
from collections.abc import Iterator
from typing import BinaryIO


def theme_names(
    file: BinaryIO, *_what_babel_seeks: object, **_options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Each name as Babel takes a message: its line (not known), no function, no comments."""
    for theme in tomllib.load(file)["themes"].values():
        yield 0, None, theme["name"], []
