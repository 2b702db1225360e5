"""What is known of scanners: the file `scanners.toml`, read once, ready to be asked."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from pathlib import Path

FILE = Path(__file__).with_name("scanners.toml")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Scanners:
    """Agents that nobody answers with, agents that are programs, and networks of scanners alone."""

    scanners: re.Pattern[str]
    programs: re.Pattern[str]
    networks: tuple[Network, ...]

    @classmethod
    def read(cls, content: bytes) -> "Scanners":
        """As the file says it."""
        said = tomllib.loads(content.decode())
        ranges = (each for network in said["networks"] for each in network["ranges"])
        return cls(_any_of(said["scanners"]), _any_of(said["programs"]), networks(tuple(ranges)))


@cache
def known_scanners() -> Scanners:
    """What the file says that comes with the service."""
    return Scanners.read(FILE.read_bytes())


def visitor_address(text: str | None) -> Address | None:
    """The address of whoever asks, an IPv4 address in IPv6's clothes as itself; None: unknown."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def visitor(address: Address | None, agent: str) -> str:
    """What tells one visitor from another: where from, and with what, since many share an address.

    Of an IPv6 address that is the first 64 bits, since whoever has one may draw another one of the
    same network at any time (RFC 8981).
    """
    if isinstance(address, IPv6Address):
        return f"{IPv6Network((address, 64), strict=False)} {agent}"
    return f"{address} {agent}"


@lru_cache(8)
def networks(ranges: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks from their texts; kept, since reading them takes longer than asking them."""
    return tuple(ip_network(each) for each in ranges)


def stands_in(address: Address | None, among: Sequence[Network]) -> bool:
    """Whether an address is of one of these networks."""
    return address is not None and any(address in each for each in among)


@lru_cache(1024)
def found_in(names: re.Pattern[str], agent: str) -> bool:
    """Whether a User-Agent holds one of these names; kept, since there are not many of them."""
    return names.search(agent.lower()) is not None


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(names)})(?![a-z])")
