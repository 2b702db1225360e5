"""Turns the rows of one CSV file into enquiries, as a mapping says.

A `Conversion` binds the mapping to the columns that the file really has, once; then it turns row
after row into the items that the API takes: `{"reference": "INC1", "closed_at":
"2026-07-01T08:30:00+00:00", …}`. Whether an item is a good enquiry is for `check.py` to say: here
is refused only what cannot be converted.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple, NoReturn

from survey.enquiries.column_templates import Template
from survey.enquiries.fields import Errors
from survey.enquiries.local_times import LocalTimes, Unreadable
from survey.enquiries.mapping import SKIP, ColumnMapping
from survey.foundation.spelling import nearest

OPENED = "opened_at"
LATER = ("first_reply_at", "reopened_at", "closed_at")
LONGEST_NAME = 40

Row = Sequence[str]
Item = dict[str, object]


class ColumnsLacking(ValueError):
    """The file does not have the columns that the mapping names."""


class WrongRow(ValueError):
    """A row cannot become an enquiry; `errors` are by field, as those of the API."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


class Rule(NamedTuple):
    """Where a field comes from: a cell and what its words mean, or a template, or one word."""

    field: str
    column: str | None
    words: Mapping[str, str] | None
    template: Template | None
    otherwise: str | None


class Conversion:
    """A mapping at work on one file.

    Attributes:
        lacking: the optional fields for which the file has no column.

    Raises:
        ColumnsLacking: a column that the mapping needs is not there, or is there twice.
    """

    def __init__(self, mapping: ColumnMapping, header: Row) -> None:
        names = [name.strip() for name in header]
        _check_columns(mapping, names)
        self._index = {name: index for index, name in enumerate(names)}
        self._missing = {"", *mapping.missing}
        self._constants = mapping.constants
        self._rules = [self._rule(mapping, f) for f in {**mapping.columns, **mapping.templates}]
        dates = mapping.dates
        self._times = LocalTimes(dates.zone, dates.formats).read if dates else None
        self._last_row_per = mapping.last_row_per
        self._closed = mapping.closed
        self._closed_words = {w.casefold() for w in self._closed.values} if self._closed else set()
        self.lacking = [f for f in mapping.optional if mapping.columns[f] not in self._index]

    def _rule(self, mapping: ColumnMapping, field: str) -> Rule:
        column = mapping.columns.get(field)
        words = mapping.values.get(field)
        return Rule(
            field,
            column if column in self._index else None,
            {word.casefold(): meaning for word, meaning in words.items()} if words else None,
            mapping.templates.get(field),
            mapping.otherwise.get(field),
        )

    def reference(self, row: Row) -> str | None:
        """What this row shares with the other events of its enquiry; None: it stands alone."""
        return self._cell(row, self._last_row_per) if self._last_row_per else None

    def skips(self, row: Row) -> bool:
        """Whether the row is not a closure, and only closures are wanted."""
        return bool(self._closed and self._closed.others == SKIP and not self._is_closed(row))

    def item(self, row: Row) -> Item:
        """The row as an enquiry, without its source unless the file has one.

        Raises:
            WrongRow: a cell cannot be read as what its field needs.
        """
        item: Item = dict(self._constants)
        errors: Errors = {}
        for rule in self._rules:
            try:
                value = self._value(rule, row)
            except Unreadable as error:
                errors[rule.field] = [str(error)]
            else:
                if value is not None:
                    item[rule.field] = value
        self._settle_closing(row, item, errors)
        self._settle_moments(item, errors)
        if "target_hours" in item:
            item["target_hours"] = _number(item["target_hours"])
        if errors:
            raise WrongRow(errors)
        return item

    def _value(self, rule: Rule, row: Row) -> str | None:
        text = self._cell(row, rule.column) if rule.column else None
        if text is not None and rule.words:
            text = rule.words.get(text.casefold()) or rule.otherwise or _unknown_word(rule, text)
        if text is None and rule.template:
            text = rule.template.fill(partial(self._cell, row))
        return rule.otherwise if text is None else text

    def _settle_closing(self, row: Row, item: Item, errors: Errors) -> None:
        if not self._is_closed(row):
            # Whatever the export has there (an event log often knows the end): not closed yet.
            item["closed_at"] = None
            item.pop("outcome", None)
        elif self._closed and "closed_at" not in item:
            errors["closed_at"] = [f"missing, although {self._closed.column} says it is closed"]
        # Null says that an enquiry is open; nothing at all would be a mistake.
        item.setdefault("closed_at", None)

    def _settle_moments(self, item: Item, errors: Errors) -> None:
        """Put moments for local times. One that was twice is the first, if that is not too early.

        Too early is before the enquiry was opened.
        """
        opened = ""
        for field in (OPENED, *LATER):
            text = item.get(field)
            if self._times is None or not isinstance(text, str):
                continue
            try:
                first, second = self._times(text)
            except Unreadable as error:
                errors[field] = [str(error)]
                continue
            item[field] = first if first >= opened else second
            opened = first if field == OPENED else opened

    def _is_closed(self, row: Row) -> bool:
        if self._closed is None:
            return True
        word = self._cell(row, self._closed.column)
        return word is not None and word.casefold() in self._closed_words

    def _cell(self, row: Row, column: str) -> str | None:
        text = row[self._index[column]].strip()
        return None if text in self._missing else text


def _unknown_word(rule: Rule, text: str) -> NoReturn:
    known = nearest(text, rule.words or ())
    raise Unreadable(f"{text[:40]!r} is not in [values.{rule.field}] of the mapping: {known}")


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value


def _check_columns(mapping: ColumnMapping, names: list[str]) -> None:
    lacking: dict[str, list[str]] = {}
    for column, purpose in mapping.columns_needed():
        if names.count(column) != 1:
            lacking.setdefault(column, []).append(purpose)
    if not lacking:
        return
    wanted = ", ".join(f"{column} (for {', '.join(why)})" for column, why in lacking.items())
    # What is read as a header may be anything, such as the whole of another kind of file.
    has = ", ".join(" ".join(name.split())[:LONGEST_NAME] for name in names)
    hint = "; is the delimiter right?" if len(names) == 1 else ""
    raise ColumnsLacking(f"no column, or more than one, is called {wanted}; it has: {has}{hint}")
