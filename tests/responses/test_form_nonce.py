"""The hidden field: ours, for one link, good for any time, different each time."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from survey.foundation.keys import Keys, keys
from survey.questionnaire.shipped import current
from survey.responses.form_nonce import PURPOSE, read_form, sign_form


def test_a_form_comes_back_as_it_was_shown(app: Flask) -> None:
    with time_machine.travel("2026-07-01T12:00:00+00:00", tick=False):
        form = read_form("token", sign_form("token", current(), "en"))
    assert form
    assert (form.questionnaire, form.language, form.shown_at) == (current(), "en", 1782907200)


def test_each_form_shown_has_another_nonce_that_the_table_can_hold(app: Flask) -> None:
    forms = [read_form("token", sign_form("token", current(), "en")) for _ in range(20)]
    nonces = {form.nonce for form in forms if form}
    assert len(nonces) == 20
    assert all(len(nonce) <= 32 for nonce in nonces)


def test_a_form_left_open_for_years_is_still_good(app: Flask) -> None:
    with time_machine.travel("2026-07-01T12:00:00+00:00"):
        signed = sign_form("token", current(), "en")
    with time_machine.travel("2031-07-01T12:00:00+00:00"):
        assert read_form("token", signed)


def test_a_form_does_not_hold_the_token_in_clear(app: Flask) -> None:
    signed = sign_form("a-token-to-look-for", current(), "en")
    assert "a-token-to-look-for" not in str(keys().unsign(PURPOSE, signed))


@pytest.mark.parametrize("change", [0, 10, -1])
def test_a_changed_form_is_not_ours(app: Flask, change: int) -> None:
    signed = sign_form("token", current(), "en")
    letter = "A" if signed[change] != "A" else "Q"
    changed = signed[:change] + letter + (signed[change + 1 :] if change != -1 else "")
    assert read_form("token", changed) is None


def test_what_we_signed_for_something_else_is_no_form(app: Flask) -> None:
    assert read_form("token", keys().sign("ticket", ["a", "b", "default", 1, "en", 0])) is None


def test_a_form_of_a_version_that_we_no_longer_have_is_shown_anew(app: Flask) -> None:
    signed = sign_form("token", replace(current(), version=999), "en")
    assert read_form("token", signed) is None


def test_a_form_signed_before_the_secret_was_changed_is_still_ours(app: Flask) -> None:
    signed = sign_form("token", current(), "en")
    new = Keys.of(("a-new-secret", *keys().secrets), "data")
    app.extensions["survey.keys"] = new
    assert read_form("token", signed)
