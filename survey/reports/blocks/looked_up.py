"""Rows that are counted several times: looked up once, into a table that is gone afterwards.

So the same ones are counted each time. Whatever fails, the table goes with the transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, MetaData, Select, Table, insert

from survey.foundation.database import change, db


class LookedUp:
    """A temporary table for what one kind of statement finds; `table` is to select from."""

    def __init__(self, name: str, like: Select[Any]) -> None:
        columns = (Column(column.name, column.type) for column in like.selected_columns)
        self.table = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])

    @contextmanager
    def filled(self, chosen: Select[Any]) -> Iterator[int]:
        """Have what a statement finds in the table for as long as this is entered; how many.

        Args:
            chosen: the statement, with the columns of the one that the table was made like.
        """
        connection = db.session.connection()
        self.table.create(connection, checkfirst=False)
        yield change(insert(self.table).from_select(self.table.c.keys(), chosen))
        self.table.drop(connection, checkfirst=False)
