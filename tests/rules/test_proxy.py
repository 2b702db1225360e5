"""The proxy configuration that is shipped: its logs hold no secret, and the address is true."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parent.parent.parent
CONF = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
SAID = re.sub(r"#.*", "", CONF)
SECRETS = (
    *("/a/secret-token-1", "/stop/secret-token-2/HCC", "/ask-again/secret-token-3"),
    "/sign-in/secret-token-4",
)
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def test_no_format_of_a_log_holds_the_request_or_any_part_of_it() -> None:
    (written,) = re.findall(r"log_format\s+survey\s+(.*?);", SAID, re.S)
    logged = set(re.findall(r"\$\w+", written))
    assert logged == {
        *("$time_iso8601", "$request_method", "$survey_page"),
        *("$status", "$body_bytes_sent", "$request_time"),
    }
    # Every access log uses this format, and the error log, which has none, says next to nothing.
    assert set(re.findall(r"access_log\s+(.*?);", SAID)) == {"/var/log/nginx/survey.log survey"}
    assert all(log.endswith(" emerg") for log in re.findall(r"error_log\s+(.*?);", SAID))


def test_what_is_logged_of_a_page_is_its_kind() -> None:
    (pages,) = re.findall(r"map \$uri \$survey_page \{(.*?)\}", SAID, re.S)
    kinds = re.findall(r"^\s*(\S+)\s+(\S+);", pages, re.M)
    assert all("$" not in kind for _, kind in kinds)
    for secret in SECRETS:
        first = next(k for p, k in kinds if p.startswith("~") and re.match(p[1:], secret))
        assert "secret" not in first


def test_nothing_redirects_and_nobody_can_claim_an_address() -> None:
    assert not re.search(r"return 30\d|rewrite ", SAID)
    assert re.findall(r"X-Forwarded-For\s+(.*?);", SAID) == ["$remote_addr"]


@dataclass(frozen=True)
class Proxied:
    """nginx in front of a service that notes the headers it gets."""

    port: int
    folder: Path
    headers: list[dict[str, str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    """The shipped configuration, but for ports, certificate and folders."""
    if NGINX is None:
        missing = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        missing("nginx is not installed (apt install nginx-light)")
    seen: list[dict[str, str]] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            # Cut off, so that nginx has something to complain about.
            if "broken" in self.path:
                self.connection.close()
                return
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    service = HTTPServer(("127.0.0.1", 0), Service)
    Thread(target=service.serve_forever, daemon=True).start()
    port = free_port()
    process = subprocess.Popen([NGINX, "-p", tmp_path, "-c", _written(tmp_path, port, service)])
    _wait_for(port)
    yield Proxied(port, tmp_path, seen)
    process.terminate()
    process.wait(10)
    service.shutdown()
    service.server_close()


def _written(folder: Path, port: int, service: HTTPServer) -> Path:
    certify = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    subprocess.run(
        f"{certify} -keyout key.pem -out fullchain.pem".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    text = CONF.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    text = text.replace("listen [::]:443 ssl;", "")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{service.server_port}")
    text = text.replace("/etc/ssl/survey", str(folder)).replace("/var/log/nginx", str(folder))
    paths = "".join(
        f"{name}_temp_path {folder};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/main.log emerg;"
        f"events {{}} http {{ {paths}\n{text} }}"
    )
    return conf


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("nginx does not listen")


def fetch(proxied: Proxied, path: str) -> int:
    trusting = ssl._create_unverified_context()
    request = urllib.request.Request(
        f"https://127.0.0.1:{proxied.port}{path}", headers={"X-Forwarded-For": "192.0.2.66"}
    )
    try:
        with urllib.request.urlopen(request, context=trusting) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_real_nginx_writes_no_secret_and_passes_the_address_on(proxied: Proxied) -> None:
    for path in SECRETS:
        assert fetch(proxied, f"{path}?rating=4") == 200
    assert fetch(proxied, "/board?ticket=secret-ticket") == 200
    assert fetch(proxied, "/a/secret-broken") == 502
    assert fetch(proxied, "/metrics") == 403
    assert {headers["X-Forwarded-For"] for headers in proxied.headers} == {"127.0.0.1"}
    logs = "".join(log.read_text("utf-8") for log in proxied.folder.glob("*.log"))
    assert '"page":"/a/…"' in logs
    assert "secret" not in logs


def test_the_real_nginx_lets_an_office_through_that_opens_its_letters_at_once(
    proxied: Proxied,
) -> None:
    assert {fetch(proxied, f"/a/{number}") for number in range(500)} == {200}
