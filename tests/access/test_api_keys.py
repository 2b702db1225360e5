"""API keys: recognised while they hold, refused when altered, revoked or mistyped."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey.access import api_keys
from survey.access.model import ApiKey
from survey.foundation import clock
from survey.foundation.database import db
from tests.conftest import MakeKey


def test_a_key_is_recognised_with_what_it_may(app: Flask, make_key: MakeKey) -> None:
    secret = make_key("figures:read", partners=("OCC",))
    somebody = api_keys.recognise(secret)
    assert somebody is not None
    assert somebody.scopes == {"figures:read"}
    assert somebody.partners == frozenset({"OCC"})
    assert somebody.sources is None
    assert somebody.may_see_partner("OCC")
    assert not somebody.may_see_partner("HCC")


def test_the_secret_is_not_stored(app: Flask, make_key: MakeKey) -> None:
    secret = make_key("operate")
    key = db.session.scalars(select(ApiKey)).one()
    body = secret.split("_")[2]
    assert body not in repr([getattr(key, column.key) for column in ApiKey.__table__.columns])
    assert bytes.fromhex(body) not in key.secret_hash


def test_an_altered_secret_is_nobodys(app: Flask, make_key: MakeKey) -> None:
    secret = make_key("operate")
    prefix = secret[4:12]
    other = api_keys.mint()
    swapped = f"svy_{prefix}_{other[13:61]}"
    assert api_keys.recognise(secret[:-1] + ("0" if secret[-1] != "0" else "1")) is None
    assert api_keys.recognise(f"{swapped}_{api_keys._check(swapped)}") is None
    assert api_keys.recognise(other) is None
    assert api_keys.recognise(secret) is not None


def test_a_revoked_key_is_nobodys(app: Flask, make_key: MakeKey) -> None:
    secret = make_key("operate")
    db.session.scalars(select(ApiKey)).one().revoked_at = clock.now()
    db.session.commit()
    assert api_keys.recognise(secret) is None


def test_a_name_is_given_once(app: Flask) -> None:
    api_keys.create("twice", api_keys.mint(), ["operate"], [], [])
    with pytest.raises(ValueError, match="twice"):
        api_keys.create("twice", api_keys.mint(), ["operate"], [], [])


def test_use_is_noted_at_most_once_a_minute(app: Flask, make_key: MakeKey) -> None:
    secret = make_key("operate")
    start = clock.now()
    seen = []
    for seconds in (0, 30, 59, 61, 90):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            api_keys.recognise(secret)
        db.session.rollback()
        db.session.expire_all()
        noted = db.session.scalars(select(ApiKey.last_used_at)).one()
        assert noted is not None
        seen.append(round((noted - start).total_seconds()))
        db.session.rollback()
    assert seen == [0, 0, 0, 61, 61]


@given(st.binary(min_size=28, max_size=28))
def test_every_minted_secret_is_well_formed(randomness: bytes) -> None:
    secret = api_keys.mint(randomness)
    assert api_keys._prefix(secret) == randomness[:4].hex()


@given(st.text())
def test_no_other_text_is_a_secret(text: str) -> None:
    assert api_keys._prefix(text) == ""
