"""Figures as an OpenDocument spreadsheet (ODF 1.2), written row by row into the file.

The libraries there are write no percentages, column widths or frozen headers, and stamp each file
with the time of day. What is needed of the format is little, so it is written here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from markupsafe import escape

from survey.reports.exports import ods_parts as parts
from survey.reports.exports.book import FIGURES, RULES, RULES_WIDTHS, rules_of, title_of, width_of
from survey.reports.exports.kinds import PERCENTAGES, Kind
from survey.reports.exports.table import Cell, Table

# What XML 1.0 cannot hold, not even escaped.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Readers take several blanks for one.
MORE_BLANKS = re.compile("(?:(?<= )|^) ")
EMPTY = "<table:table-cell/>"


def ods(figures: Mapping[str, Any], table: Table) -> bytes:
    """The spreadsheet; the same bytes for the same figures of the same moment."""
    file = BytesIO()
    with ZipFile(file, "w") as package:
        # First and as it is, so that the kind of file shows from its first bytes.
        _put(package, "mimetype", [parts.MEDIA_TYPE], ZIP_STORED)
        _put(package, "META-INF/manifest.xml", [parts.MANIFEST])
        _put(package, "meta.xml", [parts.meta(title_of(figures), figures["as_of"])])
        _put(package, "settings.xml", [parts.settings({FIGURES: table.dimensions, RULES: 0})])
        _put(package, "styles.xml", [parts.STYLES])
        _put(package, "content.xml", _content(figures, table))
    return file.getvalue()


def _put(package: ZipFile, name: str, chunks: Iterable[str], how: int = ZIP_DEFLATED) -> None:
    # Without a date of its own it is of 1980, always.
    info = ZipInfo(name)
    info.compress_type = how
    with package.open(info, "w") as part:
        for chunk in chunks:
            part.write(chunk.encode())


def _content(figures: Mapping[str, Any], table: Table) -> Iterator[str]:
    widths = [width_of(column) for column in table.columns]
    kinds = [column.kind for column in table.columns]
    yield parts.content_begins({*widths, *RULES_WIDTHS})
    yield from _sheet(
        FIGURES,
        widths,
        [column.name for column in table.columns],
        (map(_cell, row, kinds) for row in table.rows),
    )
    yield from _sheet(
        RULES,
        RULES_WIDTHS,
        ["what", "rule"],
        ((_text(name, "head"), _text(text, "wrapped")) for name, text in rules_of(figures)),
    )
    yield parts.CONTENT_ENDS


def _sheet(
    name: str, widths: Sequence[int], head: Iterable[str], rows: Iterable[Iterable[str]]
) -> Iterator[str]:
    yield f'<table:table table:name="{name}" table:style-name="sheet">'
    for width in widths:
        yield f'<table:table-column table:style-name="width{width}"/>'
    cells = "".join(_text(title, "head") for title in head)
    yield f"<table:table-header-rows>{_row(cells)}</table:table-header-rows>"
    for row in rows:
        yield _row("".join(row))
    yield "</table:table>"


def _row(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def _cell(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return EMPTY
    if isinstance(cell, str):
        return _text(cell, "text")
    style, type_ = ("share", "percentage") if kind in PERCENTAGES else (kind, "float")
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="{type_}" '
        f'office:value="{cell}"/>'
    )


def _text(text: str, style: str) -> str:
    lines = (MORE_BLANKS.sub("<text:s/>", escape(line)) for line in _for_xml(text).split("\n"))
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{paragraphs}</table:table-cell>"
    )


def _for_xml(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
