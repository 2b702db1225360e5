"""What is known of scanners: the file `scanners.toml`, read once, ready to be asked."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path

from survey.foundation.visitors import Address

FILE = Path(__file__).with_name("scanners.toml")


class Networks:
    """Networks to look addresses up in, by where each begins."""

    def __init__(self, ranges: Iterable[str]) -> None:
        read = [ip_network(each) for each in ranges]
        spans = sorted((n.version, int(n[0]), int(n[-1])) for n in _apart(read))
        self._begins = [(version, first) for version, first, _ in spans]
        self._ends = [(version, last) for version, _, last in spans]

    def __contains__(self, address: Address) -> bool:
        place = (address.version, int(address))
        before = bisect_right(self._begins, place) - 1
        return before >= 0 and place <= self._ends[before]


class Names:
    """Words to look for in User-Agents, and those looked at before, since there are not many."""

    def __init__(self, names: Iterable[str]) -> None:
        pattern = re.compile(rf"(?<![a-z])(?:{'|'.join(names)})(?![a-z])")
        self._found = lru_cache(1024)(lambda agent: pattern.search(agent.lower()) is not None)

    def __contains__(self, agent: str) -> bool:
        return self._found(agent)


@dataclass(frozen=True)
class Scanners:
    """Agents that nobody answers with, agents that are programs, and networks of scanners alone."""

    scanners: Names
    programs: Names
    networks: Networks

    @classmethod
    def read(cls, content: bytes) -> "Scanners":
        """As the file says it."""
        said = tomllib.loads(content.decode())
        ranges = (each for network in said["networks"] for each in network["ranges"])
        return cls(Names(said["scanners"]), Names(said["programs"]), Networks(ranges))


@cache
def known_scanners() -> Scanners:
    """What the file says that comes with the service."""
    return Scanners.read(FILE.read_bytes())


@lru_cache(8)
def networks(ranges: tuple[str, ...]) -> Networks:
    """Networks from their texts; kept, since reading them takes longer than asking them."""
    return Networks(ranges)


def _apart(read: Sequence[IPv4Network | IPv6Network]) -> Iterator[IPv4Network | IPv6Network]:
    """The same addresses in networks that do not overlap."""
    yield from collapse_addresses(n for n in read if isinstance(n, IPv4Network))
    yield from collapse_addresses(n for n in read if isinstance(n, IPv6Network))
