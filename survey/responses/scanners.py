"""What is known of scanners: the file `scanners.toml`, read once, ready to be asked."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from survey.foundation.visitors import Address

FILE = Path(__file__).with_name("scanners.toml")
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
