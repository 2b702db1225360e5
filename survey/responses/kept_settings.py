"""The partnership's settings, half a minute old at most, since no visitor may wait for them."""

import time

from flask import current_app
from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.straight import once_more
from survey.partnership.model import PartnershipRow
from survey.partnership.settings import Settings

SETTINGS_KEPT_SECONDS = 30.0


def settings_now() -> Settings:
    """The settings as they are, or were half a minute ago.

    Without a partnership there is no link either, and the defaults do no harm.
    """
    kept: tuple[float, Settings] | None = current_app.extensions.get("survey.responses.settings")
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + SETTINGS_KEPT_SECONDS, once_more(_read_settings))
        current_app.extensions["survey.responses.settings"] = kept
    return kept[1]


def _read_settings() -> Settings:
    with db.engine.connect() as connection:
        document = connection.scalar(select(PartnershipRow.settings))
    return Settings.from_document(document) if document else Settings()
