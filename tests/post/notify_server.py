"""A small HTTP server on the loopback that answers as GOV.UK Notify is documented to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt

TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"


class Notify:
    """What it was sent. `replies` are given out first, each a status with error type and words."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.connections = 0
        self.replies: list[tuple[int, str, str]] = []
        self.hang_up_after_taking = 0
        self.hang_up_before_taking = 0


@contextmanager
def serving(notify: Notify) -> Iterator[str]:
    """Run it; gives the address for `open_office`."""

    class Desk(_Desk):
        at = notify

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        key = f"our_key-{SERVICE}-{SECRET}"
        yield f"notify+http://{TEMPLATE}:{key}@127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Desk(BaseHTTPRequestHandler):
    at: Notify
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.at.connections += 1

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.at.requests.append(f"POST {self.path}")
        if self.at.hang_up_before_taking:
            self.at.hang_up_before_taking -= 1
            self.close_connection = True
        elif not self._refused():
            self._take(body)

    def do_GET(self) -> None:
        self.at.requests.append(f"GET {urlsplit(self.path).path}")
        if self._refused():
            return
        (wanted,) = parse_qs(urlsplit(self.path).query)["reference"]
        found = [taken for taken in self.at.taken if taken["reference"] == wanted]
        self._answer(200, {"notifications": found, "links": {"current": self.path}})

    def _take(self, body: dict[str, Any]) -> None:
        if missing := {"subject", "body"} - set(body["personalisation"]):
            self._error(400, "BadRequestError", f"Missing personalisation: {missing}")
            return
        self.at.taken.append(body)
        if self.at.hang_up_after_taking:
            self.at.hang_up_after_taking -= 1
            self.close_connection = True
            return
        self._answer(201, {"id": str(uuid4()), "reference": body["reference"]})

    def _refused(self) -> bool:
        kind, _, token = self.headers["Authorization"].partition(" ")
        try:
            told = jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["iat"]})
            known = kind == "Bearer" and told["iss"] == SERVICE
        except jwt.InvalidTokenError:
            known = False
        if not known:
            self._error(403, "AuthError", "Invalid token: API key not found")
        elif self.at.replies:
            self._error(*self.at.replies.pop(0))
        else:
            return False
        return True

    def _error(self, status: int, kind: str, words: str) -> None:
        errors = [{"error": kind, "message": words}]
        self._answer(status, {"status_code": status, "errors": errors})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
