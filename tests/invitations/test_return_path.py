"""The address a letter is returned to names its invitation, and cannot be made up."""

from uuid import uuid4

from flask import Flask

from survey.invitations.return_path import invitation_of, return_path


def test_it_leads_back_to_the_invitation_whatever_case_a_server_gives_it(app: Flask) -> None:
    invitation = uuid4()
    address = return_path(invitation)
    assert invitation_of(address) == invitation_of(address.upper()) == invitation
    assert len(address.partition("@")[0]) <= 64


def test_one_that_we_did_not_make_leads_nowhere(app: Flask) -> None:
    address = return_path(uuid4())
    box, _, domain = address.partition("@")
    other = "a" if box[-1] != "a" else "b"
    for made_up in (
        f"{box[:-1]}{other}@{domain}",
        f"{box[:-1]}@{domain}",
        domain,
        "",
        f"{box[:-1]}é@x",
    ):
        assert invitation_of(made_up) is None
