"""Keys: one purpose each, for life where they must be, replaceable where they may be."""

from uuid import UUID

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature

from survey.foundation.keys import Keys, token_hash

OLD, NEW = "an-old-secret-that-is-long-enough", "a-new-secret-that-is-long-enough!"
HERE = Keys.of([OLD], "a data key")
ELSEWHERE = Keys.of([OLD], "another data key")
INVITATION = UUID(int=1)


def test_one_mailbox_is_one_person_however_it_is_spelt() -> None:
    assert HERE.person_hash(" Jo@Example.ORG ") == HERE.person_hash("jo@example.org")
    dns = HERE.person_hash("jo@xn--bcher-kva.example")
    for spelling in ("jo@bücher.example", "jo@BÜCHER.example", "jo@ｂücher.example"):
        assert HERE.person_hash(spelling) == dns
    assert HERE.person_hash("jo@example.org") != ELSEWHERE.person_hash("jo@example.org")


def test_a_link_is_rebuilt_and_never_guessed() -> None:
    token = HERE.link_token(INVITATION)
    assert token == HERE.link_token(INVITATION)
    assert token != HERE.link_token(UUID(int=2))
    assert token != ELSEWHERE.link_token(INVITATION)
    assert len(token) == 24
    assert token.encode() not in token_hash(token)


def test_a_lot_is_always_the_same_evenly_spread_and_of_this_deployment_alone() -> None:
    lots = [HERE.draw(f"portal/R-{n}") for n in range(2000)]
    assert lots == [HERE.draw(f"portal/R-{n}") for n in range(2000)]
    assert lots != [ELSEWHERE.draw(f"portal/R-{n}") for n in range(2000)]
    assert set(lots) == set(range(100))
    assert 350 < sum(lot < 20 for lot in lots) < 450


@given(st.text())
def test_what_is_sealed_opens_with_the_same_key_only(text: str) -> None:
    sealed = HERE.encrypt(text)
    assert HERE.decrypt(sealed) == text
    with pytest.raises(InvalidToken):
        ELSEWHERE.decrypt(sealed)


def test_a_changed_secret_key_still_reads_what_the_old_one_signed() -> None:
    after_change = Keys.of([NEW, OLD], "a data key")
    retired = Keys.of([NEW], "a data key")
    before = HERE.sign("form", ["x", 1])
    assert after_change.unsign("form", before) == ["x", 1]
    assert retired.unsign("form", after_change.sign("form", "y")) == "y"
    with pytest.raises(BadSignature):
        retired.unsign("form", before)


def test_a_signature_is_for_one_purpose() -> None:
    with pytest.raises(BadSignature):
        HERE.unsign("ticket", HERE.sign("form", "x"))


@given(st.text())
def test_no_other_text_is_signed(text: str) -> None:
    with pytest.raises(BadSignature):
        HERE.unsign("form", text)
