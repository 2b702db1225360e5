"""What is there of the answers, held against what people were told of them."""

from collections import Counter

from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation
from survey.responses.form_nonce import PURPOSE
from survey.responses.model import Response
from tests.journey.answerers import AWAY, BROKEN, Crowd, Sending

Stored = dict[bytes, list[Response]]


def stored_answers() -> Stored:
    """What is there, by the hash of the link."""
    found: Stored = {}
    rows = select(Invitation.token_hash, Response).join(
        Response, Response.invitation_id == Invitation.id
    )
    for link, response in db.session.execute(rows):
        assert link
        found.setdefault(link, []).append(response)
    return found


def assert_kept(sendings: list[Sending], stored: Stored) -> None:
    """Told the truth: thanked is there once as it was sent, refused is not there."""
    for sending in sendings:
        rows = stored.get(token_hash(sending.token), [])
        if sending.settled:
            assert sending.seen[-1] == sending.told, sending
            assert len(rows) == (sending.told == 303), sending
        assert len(rows) <= bool(sending.seen), sending
        for row in rows:
            assert_as_sent(row, sending)


def assert_as_sent(row: Response, sending: Sending) -> None:
    """Stored is that very form, with what was typed."""
    nonce = keys().unsign(PURPOSE, sending.form["form_nonce"])[0]
    assert row.nonce.startswith(nonce)
    assert row.comment
    kept = {
        "rating": str(row.rating),
        "ease": str(row.ease),
        "resolved": row.resolved,
        "comment": keys().decrypt(row.comment),
    }
    assert kept == {key: sending.form[key] for key in kept}


def tell(
    killed: Counter[str],
    crowd: Crowd,
    sendings: list[Sending],
    stored: Stored,
) -> None:
    """What came about, for whoever runs the whole measure."""
    seen = Counter(status for sending in sendings for status in sending.seen)
    again = sum(sending.settled and len(sending.seen) > 1 for sending in sendings)
    said = [f"killed {dict(killed)}", f"pages {dict(crowd.pages)}", f"forms {dict(seen)}"]
    said.append(f"told after more than one try: {again}")
    for status in (AWAY, BROKEN):
        left = [s for s in sendings if s.uncertain and s.seen[-1] == status]
        there = sum(token_hash(sending.token) in stored for sending in left)
        said.append(f"gave up at {status}: {len(left)}, of these stored: {there}")
    print("\n".join(said))  # noqa: T201
