"""Who receives for a domain, asked of a real DNS server on the loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from survey.foundation import clock
from survey.invitations.receivers import Receivers, domain_of, registrable

RECORDS = {
    "hants.gov.uk.": "10 hants-gov-uk.mail.protection.outlook.com.",
    "oxfordshire.gov.uk.": "10 oxfordshire-gov-uk.mail.protection.outlook.com.",
    "school.sch.uk.": "20 backup.elsewhere.net., 5 mx1.county.gov.uk.",
    "none.org.": "0 .",
}


class Nameserver:
    """Answers MX questions over UDP from `RECORDS`, and counts them."""

    def __init__(self, port: socket.socket) -> None:
        self.socket = port
        self.asked: list[str] = []
        self.silent = False

    def serve(self) -> None:
        while True:
            data, sender = self.socket.recvfrom(4096)
            if not data:
                return
            question = dns.message.from_wire(data)
            self.asked.append(question.question[0].name.to_text())
            if not self.silent:
                self.socket.sendto(self._answer(question).to_wire(), sender)

    def _answer(self, question: dns.message.Message) -> dns.message.Message:
        name = question.question[0].name.to_text()
        answer = dns.message.make_response(question)
        if name not in RECORDS:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(
                dns.rrset.from_text(name, 300, "IN", "MX", *RECORDS[name].split(", "))
            )
        return answer


@contextmanager
def nameserver() -> Iterator[tuple[Nameserver, dns.resolver.Resolver]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        server = Nameserver(port)
        thread = threading.Thread(target=server.serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port.getsockname()[1]
        try:
            yield server, resolver
        finally:
            # An empty datagram says stop.
            port.sendto(b"", port.getsockname())
            thread.join()


def test_domains_with_one_exchanger_are_one_mail_system() -> None:
    with nameserver() as (_, resolver):
        receivers = Receivers(resolver)
        receivers.look_up(["hants.gov.uk", "oxfordshire.gov.uk", "school.sch.uk"])
    assert receivers.known("hants.gov.uk") == receivers.known("oxfordshire.gov.uk") == "outlook.com"
    assert receivers.known("school.sch.uk") == "county.gov.uk"


@pytest.mark.parametrize("domain", ["none.org", "unheard-of.org"])
def test_a_domain_without_an_exchanger_is_its_own_system(domain: str) -> None:
    with nameserver() as (_, resolver):
        receivers = Receivers(resolver)
        receivers.look_up([domain])
    assert receivers.known(domain) == domain


def test_a_domain_is_looked_up_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    with nameserver() as (server, resolver):
        receivers = Receivers(resolver)
        receivers.look_up(["hants.gov.uk"])
        assert receivers.known("hants.gov.uk") == "outlook.com"
        assert server.asked == ["hants.gov.uk."]
        tomorrow = clock.now() + timedelta(days=1, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: tomorrow)
        assert receivers.known("hants.gov.uk") is None


def test_a_dns_that_does_not_answer_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.invitations.receivers.LIFETIME", 0.1)
    with nameserver() as (server, resolver):
        server.silent = True
        receivers = Receivers(resolver)
        receivers.look_up(["hants.gov.uk", "oxfordshire.gov.uk", "school.sch.uk"])
        assert set(server.asked) == {"hants.gov.uk."}
        assert receivers.known("oxfordshire.gov.uk") == "oxfordshire.gov.uk"
        server.silent = False
        later = clock.now() + timedelta(minutes=6)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert receivers.known("oxfordshire.gov.uk") is None
        receivers.look_up(["oxfordshire.gov.uk"])
        assert receivers.known("oxfordshire.gov.uk") == "outlook.com"


def test_names_that_nobody_can_have_are_not_asked_about() -> None:
    assert Receivers().known("hants.example") == "hants.example"


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ("hants-gov-uk.mail.protection.outlook.com", "outlook.com"),
        ("mx1.hants.gov.uk", "hants.gov.uk"),
        ("aspmx.l.google.com", "google.com"),
        ("mail.uni.ac.uk", "uni.ac.uk"),
        ("mx.provider.de", "provider.de"),
        ("gov.uk", "gov.uk"),
        ("localhost", "localhost"),
        ("", None),
    ],
)
def test_the_registrable_part_of_a_name(host: str, part: str | None) -> None:
    assert registrable(host) == part


def test_a_domain_is_taken_as_dns_spells_it() -> None:
    assert domain_of("Ada@BÜRO.example") == "xn--bro-hoa.example"
    assert domain_of("no address") == "no address"
    assert domain_of("a@" + "ü" * 90) == "?"
