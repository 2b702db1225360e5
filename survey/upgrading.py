"""Bringing what is stored up to date: the database by its migrations, the queue beside it."""

from flask_migrate import upgrade

from survey.queue import prepare_queue


def bring_up_to_date() -> None:
    """Make or change all tables as this version needs them. Safe to repeat."""
    upgrade()
    prepare_queue()
