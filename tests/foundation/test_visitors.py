"""Where a visitor comes from: as a proxy of ours says it, and as nobody else does."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from flask import Flask

from survey.access.guessing import UNKNOWN_A_MINUTE
from survey.app import create_app
from survey.config import Config, SettingError
from survey.foundation.visitors import address_in
from tests.databases import config_for

NEEDED = {
    "SURVEY_SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
    "SURVEY_DATA_KEY": "a-data-key-for-tests-that-is-long-enough",
    "SURVEY_PUBLIC_URL": "http://survey.test",
    "SURVEY_MAIL_URL": "maildir:mail",
    "SURVEY_MAIL_FROM": "survey@survey.test",
}
LINK = "/stop/unknown"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "alike"),
    [
        # Nobody's word is taken: both are whoever connects.
        (0, ("203.0.113.1", "203.0.113.2"), True),
        (1, ("203.0.113.1", "203.0.113.2"), False),
        # What a visitor claims stands before what our proxy says.
        (1, ("198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1"), True),
        (2, ("203.0.113.1, 10.0.0.1", "203.0.113.2, 10.0.0.1"), False),
        # Some load balancers add the port, which is another one with every connection.
        (1, ("203.0.113.1:4711", "203.0.113.1:4712"), True),
        (1, ("203.0.113.1:4711", "203.0.113.2:4711"), False),
        (2, ("203.0.113.1, 10.0.0.1", "203.0.113.1, 10.0.0.2"), True),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_is_believed_from_our_own_proxies_only(
    app: Flask, tmp_path: Path, trusted: int, forwarded: tuple[str, str], alike: bool
) -> None:
    config = config_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    client = create_app(replace(config, trusted_proxies=trusted)).test_client()
    for _ in range(2 * UNKNOWN_A_MINUTE + 1):
        client.get(LINK, headers={"X-Forwarded-For": forwarded[0]})
    after = client.get(LINK, headers={"X-Forwarded-For": forwarded[1]})
    assert after.status_code == (429 if alike else 404)


@pytest.mark.parametrize(("given", "trusted"), [(None, 0), ("0", 0), ("2", 2)])
def test_how_many_proxies_are_trusted_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, given: str | None, trusted: int
) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    if given is not None:
        monkeypatch.setenv("SURVEY_TRUSTED_PROXIES", given)
    assert Config.from_environment().trusted_proxies == trusted


@pytest.mark.parametrize("given", ["-1", "11", "all"])
def test_another_number_of_proxies_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SURVEY_TRUSTED_PROXIES", given)
    with pytest.raises(SettingError, match="TRUSTED_PROXIES"):
        Config.from_environment()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.1:4711", "203.0.113.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[::ffff:203.0.113.1]:4711", "203.0.113.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.1:", None),
        ("[203.0.113]:1", None),
        ("unknown:1", None),
    ],
)
def test_a_port_beside_an_address_is_left_out(text: str, address: str | None) -> None:
    assert address_in(text) == (ip_address(address) if address else None)
