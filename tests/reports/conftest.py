"""What tests of figures stand on."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow

BASE = 3


@pytest.fixture
def small_base(app: Flask, partnership: None) -> Iterator[None]:
    """The founding partnership with a minimum base that small examples reach; nothing stays."""
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": BASE}
    db.session.commit()
    forget_directory()
    yield
    db.session.rollback()
