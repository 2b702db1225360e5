"""What DNS says of the sending domain, asked of a real DNS server."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey.post.domain_check import Names, look_at_domain
from tests.post.name_server import BROKEN, Records, naming

DOMAIN, SERVER = "survey.example.org", "mail.example.org"


def key(bits: int) -> str:
    """A DKIM record in the pieces of 255 characters at most that DNS holds."""
    made = rsa.generate_private_key(65537, bits).public_key()
    content = made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    text = f"v=DKIM1; k=rsa; p={b64encode(content).decode()}"
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


GOOD: Records = {
    (DOMAIN, "MX"): ["10 mail.example.org."],
    (DOMAIN, "TXT"): ['"v=spf1 ip4:8.8.8.8 -all"', '"another=thing"'],
    (f"s1._domainkey.{DOMAIN}", "TXT"): [key(2048)],
    ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=reject"'],
    (SERVER, "A"): ["8.8.8.8"],
    ("8.8.8.8.in-addr.arpa", "PTR"): ["mail.example.org."],
}


def found(
    records: Records, selector: str | None = "s1", server: str | None = SERVER
) -> dict[str, tuple[str, str]]:
    with naming(records) as port:
        looked = look_at_domain(DOMAIN, selector, server, Names(("127.0.0.1", port)))
    return {one.about: (one.level, one.text) for one in looked}


def test_a_domain_in_order_has_nothing_to_mend() -> None:
    looked = found(GOOD)
    assert {level for level, _ in looked.values()} == {"ok"}
    assert "2048 bits" in looked["DKIM"][1]
    assert looked["SPF"][1] == "v=spf1 ip4:8.8.8.8 -all"


def test_a_domain_that_says_nothing_has_everything_to_mend() -> None:
    looked = found({})
    assert [level for level, _ in looked.values()] == ["mend"] * 5
    assert DOMAIN in looked["DMARC"][1]


@pytest.mark.parametrize(
    ("record", "says", "about", "level", "told"),
    [
        ((DOMAIN, "TXT"), ['"v=spf1 +all"'], "SPF", "mend", "every server"),
        ((DOMAIN, "TXT"), ['"v=spf1 a ?all"'], "SPF", "look", "other servers"),
        ((DOMAIN, "TXT"), ['"v=spf1 a"'], "SPF", "look", "other servers"),
        ((DOMAIN, "TXT"), ['"v=spf1 redirect=_spf.example.org"'], "SPF", "ok", "redirect"),
        ((DOMAIN, "TXT"), ['"v=spf1 -all"', '"v=spf1 a -all"'], "SPF", "mend", "2 records"),
        ((DOMAIN, "TXT"), BROKEN, "SPF", "mend", "DNS does not answer"),
        ((f"s1._domainkey.{DOMAIN}", "TXT"), [key(1024)], "DKIM", "look", "1024 bits"),
        ((f"s1._domainkey.{DOMAIN}", "TXT"), ['"v=DKIM1; p="'], "DKIM", "mend", "withdrawn"),
        ((f"s1._domainkey.{DOMAIN}", "TXT"), ['"p=nonsense!"'], "DKIM", "mend", "read"),
        ((f"s1._domainkey.{DOMAIN}", "TXT"), ['"k=ed25519; p=AAAA"'], "DKIM", "ok", "ed25519"),
        (("_dmarc.example.org", "TXT"), ['"v=DMARC1; p=none"'], "DMARC", "look", "p=none"),
        (("_dmarc.example.org", "TXT"), ['"v=DMARC1; rua=x"'], "DMARC", "mend", "no policy"),
        ((f"_dmarc.{DOMAIN}", "TXT"), ['"v=DMARC1; p=none"'], "DMARC", "look", "p=none"),
        ((SERVER, "A"), ["8.8.4.4"], "reverse name", "mend", "no reverse name"),
        ((SERVER, "A"), ["10.1.2.3"], "reverse name", "look", "inside"),
        (("8.8.8.8.in-addr.arpa", "PTR"), ["x.example."], "reverse name", "mend", "lead back"),
    ],
)
def test_each_fault_is_told(
    record: tuple[str, str], says: list[str], about: str, level: str, told: str
) -> None:
    looked = found({**GOOD, record: says})
    assert looked[about][0] == level
    assert told in looked.pop(about)[1]
    assert {level for level, _ in looked.values()} == {"ok"}


def test_what_cannot_be_looked_at_is_said() -> None:
    looked = found(GOOD, selector=None, server=None)
    assert looked["DKIM"][0] == looked["reverse name"][0] == "look"


def test_a_domain_with_an_address_alone_can_be_written_to() -> None:
    without = {key: value for key, value in GOOD.items() if key != (DOMAIN, "MX")}
    assert found({**without, (DOMAIN, "A"): ["8.8.8.8"]})["returned letters"][0] == "look"
