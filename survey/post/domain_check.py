"""What DNS says of the domain that our letters come from, as a receiving server will ask it.

SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), where letters can be returned to, and the reverse
name of the server that sends. Which of them are needed is what the large receivers tell senders.
"""

from base64 import b64decode
from collections.abc import Callable
from ipaddress import ip_address

import dns.resolver
import dns.reversename
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dns.exception import DNSException

from survey.post.finding import Finding, Level

SHORTEST_KEY, GOOD_KEY = 1024, 2048
Told = tuple[Level, str]
NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class Names:
    """Asks DNS; `server` is one to ask instead of those this machine is set to."""

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self._resolver = dns.resolver.Resolver(configure=server is None)
        if server:
            self._resolver.nameservers, self._resolver.port = [server[0]], server[1]

    def ask(self, name: str, kind: str) -> list[str]:
        """The records of a kind, as text; none where there are none.

        Raises:
            DNSException: DNS did not answer.
        """
        try:
            found = self._resolver.resolve(name, kind, search=False)
        except NOTHING:
            return []
        if kind == "TXT":
            return [b"".join(one.strings).decode(errors="replace") for one in found]
        return [one.to_text() for one in found]


def look_at_domain(
    domain: str, selector: str | None, server: str | None, names: Names
) -> list[Finding]:
    """All that DNS says of the domain; `server` is the host that sends our letters."""
    looks: tuple[tuple[str, Callable[[], Told]], ...] = (
        ("returned letters", lambda: _returned(domain, names)),
        ("SPF", lambda: _spf(domain, names)),
        ("DKIM", lambda: _dkim(domain, selector, names)),
        ("DMARC", lambda: _dmarc(domain, names)),
        ("reverse name", lambda: _reverse(server, names)),
    )
    findings = []
    for about, look in looks:
        try:
            level, text = look()
        except DNSException as error:
            level, text = "mend", f"DNS does not answer ({type(error).__name__})"
        findings.append(Finding(level, about, text))
    return findings


def _returned(domain: str, names: Names) -> Told:
    if names.ask(domain, "MX"):
        return "ok", f"{domain} receives mail"
    if names.ask(domain, "A") or names.ask(domain, "AAAA"):
        return "look", f"{domain} has no mail exchanger (MX), only an address"
    return "mend", f"{domain} receives no mail, so no letter can be returned to it"


def _spf(domain: str, names: Names) -> Told:
    records = [text for text in names.ask(domain, "TXT") if text.lower().split()[:1] == ["v=spf1"]]
    if not records:
        return "mend", f"{domain} names no servers that may send for it"
    if len(records) > 1:
        return "mend", f"{domain} has {len(records)} records; with more than one, none counts"
    terms = records[0].lower().split()[1:]
    last = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    if last in ("all", "+all"):
        return "mend", f"lets every server send: {records[0]}"
    if last == "?all" or not (last or any(term.startswith("redirect=") for term in terms)):
        return "look", f"says nothing of other servers: {records[0]}"
    return "ok", records[0]


def _dkim(domain: str, selector: str | None, names: Names) -> Told:
    if selector is None:
        return "look", "name the selector that the mail server signs with (--selector)"
    place = f"{selector}._domainkey.{domain}"
    records = names.ask(place, "TXT")
    if not records:
        return "mend", f"there is no key at {place}"
    tags = _tags(records[0])
    if not tags.get("p"):
        return "mend", f"the key at {place} is withdrawn"
    if tags.get("k", "rsa") != "rsa":
        return "ok", f"a key of the kind {tags['k']} at {place}"
    try:
        key = load_der_public_key(b64decode(tags["p"]))
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        return "mend", f"the key at {place} cannot be read"
    size = key.key_size
    level: Level = "mend" if size < SHORTEST_KEY else "look" if size < GOOD_KEY else "ok"
    return level, f"a key of {size} bits at {place}"


def _dmarc(domain: str, names: Names) -> Told:
    labels = domain.split(".")
    # Where the domain has none, that of the domain above it holds.
    for place in (".".join(labels[start:]) for start in range(len(labels) - 1)):
        records = [r for r in names.ask(f"_dmarc.{place}", "TXT") if r.startswith("v=DMARC1")]
        if len(records) > 1:
            return "mend", f"_dmarc.{place} has {len(records)} records, so none counts"
        if records:
            policy = _tags(records[0]).get("p", "")
            if policy not in ("none", "quarantine", "reject"):
                return "mend", f"_dmarc.{place} has no policy: {records[0]}"
            return ("look" if policy == "none" else "ok"), f"_dmarc.{place}: {records[0]}"
    return "mend", f"{domain} says nothing of how to treat forged letters (_dmarc.{domain})"


def _reverse(server: str | None, names: Names) -> Told:
    if server is None:
        return "look", "letters do not go over SMTP, so there is no server to look at"
    addresses = _addresses(server, names)
    if not addresses:
        return "mend", f"{server} has no address"
    if not all(ip_address(one).is_global for one in addresses):
        return "look", f"{server} is inside; look at the address that it sends from"
    for address in addresses:
        found = names.ask(str(dns.reversename.from_address(address)), "PTR")
        if not found:
            return "mend", f"{address} ({server}) has no reverse name"
        if not any(address in _addresses(name.rstrip("."), names) for name in found):
            return "mend", f"{address} calls itself {found[0]}, which does not lead back to it"
    return "ok", f"{', '.join(addresses)} ({server})"


def _addresses(server: str, names: Names) -> list[str]:
    try:
        return [str(ip_address(server))]
    except ValueError:
        return names.ask(server, "A") + names.ask(server, "AAAA")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in pairs if name.strip()}
