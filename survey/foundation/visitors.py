"""Where a visitor comes from, as far as we look: an address, never stored or logged as it is."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
# As some proxies say who came: an IPv4 address with a port, or an IPv6 one in brackets.
WITH_PORT = re.compile(r"([0-9.]+):[0-9]+|\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?")


def address_in(text: str | None) -> Address | None:
    """The address in a text, an IPv4 address in IPv6's clothes as itself; None: there is none.

    A port beside it is left out, as `X-Forwarded-For` has it behind some load balancers.
    """
    found = WITH_PORT.fullmatch(text or "")
    try:
        address = ip_address(found[1] or found[2] if found else text or "")
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def place_of(address: Address | None) -> str:
    """What stays of an address: all of an IPv4 one, of an IPv6 one the first 64 bits.

    Whoever has an IPv6 address may draw another one of the same 64 bits at any time (RFC 8981).
    """
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)
