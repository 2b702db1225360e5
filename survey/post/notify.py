"""Hands letters to GOV.UK Notify over HTTP, and understands its receipts.

Notify has its own template, here one that is nothing but `((subject))` and `((body))`. Our
Message-ID is its `reference`: the receipt names it, and where nobody knows whether a letter was
taken, as when the connection was lost, Notify is asked whether it has that reference already.

Only an address that Notify takes for none is final. A wrong key, a wrong template, its limits and
its failures are about us, so letters wait: a minute at its rate limit, until midnight UTC, when it
begins to count anew, at its daily one.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import unquote, urlencode, urlsplit

import jwt

from survey.foundation.clock import now
from survey.post.letter import Letter
from survey.post.mime import mailbox
from survey.post.outcome import Delayed, Refused
from survey.post.returned import Kind, Returned

EXPECTED = "notify://TEMPLATE_ID:API_KEY@api.notifications.service.gov.uk"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
API_KEY = re.compile(rf"(?:.*-)?({UUID})-({UUID})", re.IGNORECASE | re.DOTALL)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TIMEOUT = 10.0
RATE_PAUSE = timedelta(minutes=1)
STATUSES = {
    "delivered": Kind.DELIVERED,
    "permanent-failure": Kind.HARD,
    "temporary-failure": Kind.SOFT,
    "technical-failure": Kind.SOFT,
}

Answer = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Account:
    """A service at Notify, and its template."""

    host: str
    port: int
    tls: bool
    template: str
    service: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "Account":
        """From `notify://TEMPLATE_ID:API_KEY@HOST`; `notify+http://…` on the loopback only.

        Raises:
            ValueError: not such an address; one line that does not repeat the key.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(f"mail address: expected {EXPECTED}") from None
        tls = parts.scheme == "notify"
        template, key = (
            unquote(parts.username or ""),
            API_KEY.fullmatch(unquote(parts.password or "")),
        )
        if not host or not key or not re.fullmatch(UUID, template, re.IGNORECASE):
            raise ValueError(f"mail address: expected {EXPECTED}")
        if not tls and host not in LOOPBACK:
            raise ValueError("mail address: notify+http: is for this machine only")
        return cls(host, port or (443 if tls else 80), tls, template, key[1], key[2])


class _Lost(Delayed):
    """The connection ended before an answer came, so nobody knows whether the letter was taken."""


class NotifyOffice:
    """Hands letters to one account. Connects when the first one is sent, and stays connected."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._line: HTTPConnection | None = None
        self._unsure: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def send(self, letter: Letter) -> None:
        """Hand over one letter; when this returns, Notify has it.

        Raises:
            Refused: the receiver's address is none.
            Delayed: try again later.
        """
        try:
            content = self._content(letter)
        except ValueError as error:
            raise Refused(str(error), nobody_there=True) from None
        kept = self._line is not None
        try:
            self._hand_over(letter, content)
        except _Lost:
            # A kept connection is dropped when it idles: that says nothing of the next.
            if not kept:
                raise
            self._hand_over(letter, content)

    def _hand_over(self, letter: Letter, content: Mapping[str, object]) -> None:
        unsure = letter.again or letter.message_id in self._unsure
        if unsure and self._has(letter.message_id):
            return
        self._unsure.add(letter.message_id)
        status, answer = self._call("POST", "/v2/notifications/email", content)
        self._unsure.discard(letter.message_id)
        if status != 201:
            raise _failure(status, answer)

    def _content(self, letter: Letter) -> Mapping[str, object]:
        content = {
            "email_address": mailbox(letter.to),
            "template_id": self.account.template,
            "personalisation": {"subject": letter.subject, "body": letter.text},
            "reference": letter.message_id,
        }
        stop = letter.headers.get("List-Unsubscribe", "").strip("<>")
        # It takes no other.
        return content | ({"one_click_unsubscribe_url": stop} if stop[:8] == "https://" else {})

    def _has(self, reference: str) -> bool:
        query = urlencode({"reference": reference})
        status, answer = self._call("GET", f"/v2/notifications?{query}")
        if status != 200:
            raise _failure(status, answer)
        return bool(answer.get("notifications"))

    def _call(self, method: str, path: str, content: Mapping[str, object] | None = None) -> Answer:
        """One request; what it says, or {} where that is no object in JSON.

        Raises:
            _Lost: the connection.
        """
        token = jwt.encode(
            {"iss": self.account.service, "iat": int(now().timestamp())},
            self.account.secret,
            "HS256",
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._line = self._line or self._dial()
        try:
            self._line.request(method, path, json.dumps(content) if content else None, headers)
            with self._line.getresponse() as response:
                body, status = response.read(), response.status
        except (OSError, HTTPException) as error:
            self._hang_up()
            raise _Lost(f"no connection: {type(error).__name__}") from error
        with suppress(ValueError):
            answer = json.loads(body)
            return status, answer if isinstance(answer, dict) else {}
        return status, {}

    def _dial(self) -> HTTPConnection:
        kind = HTTPSConnection if self.account.tls else HTTPConnection
        return kind(self.account.host, self.account.port, timeout=TIMEOUT)

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


def receipt(status: str, reference: str) -> Returned:
    """What a delivery receipt says of the letter with this Message-ID."""
    return Returned(STATUSES.get(status, Kind.UNKNOWN), message_ids=(reference.strip("<>"),))


def _failure(status: int, answer: Mapping[str, Any]) -> Exception:
    """What an error means: by its status and type, since its words may change."""
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    kind, words = (
        str(first.get(k, "")) if isinstance(first, dict) else "" for k in ("error", "message")
    )
    # The name of a field is no wording.
    if status == 400 and kind == "ValidationError" and words.startswith("email_address"):
        return Refused("not an address that Notify takes", nobody_there=True)
    told = f"Notify: {status}{f' {kind}' if kind.isidentifier() else ''}"
    if status != 429:
        return Delayed(told)
    return Delayed(
        told, until=_midnight() if kind == "TooManyRequestsError" else now() + RATE_PAUSE
    )


def _midnight() -> datetime:
    moment = now()
    return datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)
