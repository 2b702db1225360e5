"""Who receives the mail of a domain, so that one system with many domains is not overrun.

A domain's mail system is named by the registrable part of its best mail exchanger: the schools of a
county have a domain each, and one provider reads for all. A domain that DNS says nothing of is a
system of its own. Each is looked up at most once a day a process, and when DNS itself does not
answer, nobody waits for it again for some minutes.
"""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import dns.exception
import dns.resolver
from cryptography.fernet import InvalidToken
from dns.rdtypes.ANY.MX import MX

from survey.foundation import clock
from survey.foundation.keys import keys

UNREADABLE = "?"
LIFETIME, SECONDS_AT_ONCE = 2.0, 5.0
REMEMBERED = timedelta(days=1)
NOT_AGAIN_FOR = timedelta(minutes=5)
MOST_REMEMBERED = 50_000
# Nobody can have mail under these (RFC 2606, RFC 6761), so nobody need ask.
RESERVED = frozenset({"test", "example", "invalid", "localhost"})
# Below a country, names are registered under one of these. A rare one that is missing joins systems
# that are not one, which only makes us slower.
SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gov", "ltd", "me", "mod", "net", "nhs", "org", "plc", "police"}
    | {"sch"}
)


class Receivers:
    """What one process knows of who receives for which domain."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver
        self._known: dict[str, tuple[str, datetime]] = {}
        self._silent_until: datetime | None = None
        self._lock = threading.Lock()

    def known(self, domain: str) -> str | None:
        """The domain's mail system; None where it must be looked up first."""
        if domain.rpartition(".")[2] in RESERVED:
            return domain
        name, until = self._known.get(domain, ("", None))
        return name if until and until > clock.now() else None

    def look_up(self, domains: Iterable[str]) -> None:
        """Ask DNS for some seconds, never inside a transaction; what is left stays unknown."""
        end = time.monotonic() + SECONDS_AT_ONCE
        with self._lock:
            for domain in domains:
                self._remember(domain)
                if time.monotonic() > end:
                    break

    def _remember(self, domain: str) -> None:
        now = clock.now()
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        if self._silent_until and now < self._silent_until:
            self._known[domain] = (domain, self._silent_until)
            return
        try:
            self._known[domain] = (self._exchanger(domain) or domain, now + REMEMBERED)
        except (dns.exception.DNSException, OSError):
            self._silent_until = now + NOT_AGAIN_FOR
            self._known[domain] = (domain, self._silent_until)

    def _exchanger(self, domain: str) -> str | None:
        """The system of its best exchanger; None where it has none.

        Raises:
            DNSException, OSError: DNS could not be asked.
        """
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver()
        try:
            answer = self._resolver.resolve(domain, "MX", lifetime=LIFETIME)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return None
        exchangers = [record for record in answer if isinstance(record, MX)]
        best = min(exchangers, key=lambda mx: (mx.preference, mx.exchange), default=None)
        # A lone dot says that the domain takes no mail (RFC 7505).
        return registrable(best.exchange.to_text(omit_final_dot=True).lower()) if best else None


def registrable(host: str) -> str | None:
    """The part of a host's name that somebody registered: `mx1.hants.gov.uk` → `hants.gov.uk`."""
    labels = [label for label in host.split(".") if label]
    if not labels:
        return None
    below_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3 if below_country else -2 :])


def domain_of(address: str) -> str:
    """Where an address's mail goes, as DNS spells it; at most as long as a name is kept."""
    domain = address.rpartition("@")[2].strip().lower()
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = UNREADABLE
    return domain[:100] or UNREADABLE


def sealed_domain(address: bytes | None) -> str:
    """The same of an encrypted address; of one sealed with another key it cannot be told."""
    try:
        return domain_of(keys().decrypt(address)) if address else UNREADABLE
    except InvalidToken:
        return UNREADABLE
