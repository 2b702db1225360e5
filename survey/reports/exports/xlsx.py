"""Figures as an Excel workbook (Office Open XML)."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from survey.reports.exports.book import (
    FIGURES,
    RULES,
    RULES_WIDTHS,
    rules_of,
    title_of,
    width_of,
)
from survey.reports.exports.kinds import PERCENTAGES, Kind
from survey.reports.exports.table import Table

SHOWN_AS = {
    **{Kind.COUNT: "0", Kind.NUMBER: "0.0"},
    **dict.fromkeys(PERCENTAGES, "0.0%"),
}


def xlsx(figures: Mapping[str, Any], table: Table) -> bytes:
    """The workbook; the same bytes for the same figures of the same moment."""
    file = BytesIO()
    # In memory, since then the parts of the file do not carry the time of day.
    with Workbook(file, {"in_memory": True}) as book:
        created = datetime.fromisoformat(figures["as_of"])
        book.set_properties({"title": title_of(figures), "created": created})
        head = book.add_format({"bold": True, "bottom": 1})
        _write_figures(book, book.add_worksheet(FIGURES), table, head)
        _write_rules(book, book.add_worksheet(RULES), figures, head)
    return file.getvalue()


def _write_figures(book: Workbook, sheet: Worksheet, table: Table, head: Format) -> None:
    shown_as = {kind: book.add_format({"num_format": form}) for kind, form in SHOWN_AS.items()}
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, width_of(column))
        sheet.write_string(0, at, column.name, head)
    for line, row in enumerate(table.rows, start=1):
        for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if isinstance(cell, str):
                sheet.write_string(line, at, cell)
            elif cell is not None:
                sheet.write_number(line, at, cell, shown_as.get(column.kind))
    sheet.freeze_panes(1, table.dimensions)
    sheet.repeat_rows(0)
    sheet.set_landscape()


def _write_rules(
    book: Workbook, sheet: Worksheet, figures: Mapping[str, Any], head: Format
) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    name_like = book.add_format({"bold": True, "valign": "top"})
    for at, (width, name) in enumerate(zip(RULES_WIDTHS, ("what", "rule"), strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, head)
    for line, (name, text) in enumerate(rules_of(figures), start=1):
        sheet.write_string(line, 0, name, name_like)
        sheet.write_string(line, 1, text, wrapped)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
