"""Where people are reached: e-mail addresses, postcodes, and streets with a number."""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.span import Span
from survey.comments.redaction.things import is_of_a_thing
from survey.comments.redaction.vocabulary import KNOWN, ORDINARY, words

LOCAL_PART = re.compile(r"[\w.!#$%&'*+/=?^`{|}~’-]{1,64}\Z")
DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[^\W_][\w-]{0,62}){1,8}")
SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:(?: ?[(\[] ?dot ?[)\]] ?| dot | underscore | dash )"
    r"[\w.+-]{1,64}){0,3}(?: ?[(\[] ?at ?[)\]] ?| at )[\w-]{1,63}(?:(?: ?[(\[] ?dot ?[)"
    r"\]] ?| dot |\.)[\w-]{2,63}){1,5}",
    re.IGNORECASE,
)
SPELT_SIGN = re.compile(r"[(\[] ?(?:at|dot) ?[)\]]| dot ", re.IGNORECASE)
# Where only the dots are written, the word before the "at" must itself look like somebody's.
HALF_SPELT = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64}) at [\w-]{1,63}(?:\.[\w-]{2,63}){0,4}\."
    r"(?:uk|com|org|net|eu|info|wales|scot|ie)\b",
    re.IGNORECASE,
)
AREAS = words(
    """
    ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt
    dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la
    ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se
    sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv
    yo ze zz
    """
)
POSTCODE = re.compile(
    r"(?<![\w£-])([a-z]{1,2})\d(?:\d|[a-z])?( ?)\d[abd-hjlnp-uw-z]{2}(?![\w-])", re.IGNORECASE
)
INWARD = re.compile(r"\d[A-Za-z]{2}\b")
ORDINALS = ("st", "nd", "rd", "th")

STREET = (
    "road|rd|street|st|lane|ln|avenue|ave|drive|close|way|crescent|cres|court|gardens|"
    "gdns|terrace|place|grove|"
    "hill|park|row|rise|square|mews|walk|green|bank|view|parade|quay|wharf|hollow|meadow|"
    "meadows|croft|fold|gate|"
    "villas|broadway|vale|dale|end|path|common|heights|orchard|yard|circus|bridge|"
    "embankment|esplanade|link|ride"
)
CLEAR_STREET = "road|rd|street|st|lane|avenue|ave|crescent|terrace|grove|gardens|drive|close|mews"
# These stand before the name.
WELSH = "Heol|Maes|Ffordd|Stryd|Lôn|Lon|Clos|Rhodfa|Bryn|Cae|Parc"
NAME = r"[A-Z][\w'’.-]{1,25}"
HOUSE = (
    r"(?:(?:(?:Flat|Unit|Apartment|Apt|Suite|Plot|Block|House|flat|unit)\.? "
    r"(?:\d{1,4}[a-zA-Z]?|[A-Z])|(?:Basement|Garden|Top|Upper|Lower|Ground Floor|First Floor)"
    r" [Ff]lat),? )"
)
NAMED = (
    rf"(?:{NAME} ){{1,2}}(?:House|Court|Cottage|Farm|Lodge|Dairy|Mill|Barn|Building|"
    rf"Buildings|Hall|Mews|Works|Tower|Yard)"
)
PLACE = r"[A-Z][a-z'’]{1,25}"
TOWN = rf"(?:,? (?!I\b)({PLACE}(?:[ -](?:{PLACE}|upon|on|le|in|under|the)){{0,2}}))?"
STREETS = re.compile(
    rf"(?<![\w£/.,-])(?:{HOUSE}?(?:{NAMED}, )?\d{{1,4}}[a-zA-Z]?(?:[-/]\d{{1,4}})"
    rf"?,? (?:[A-Z]{NAME[5:]} ){{0,3}}{NAME} (?:{STREET.title()})\b"
    rf"|\d{{1,4}}[a-z]?,? (?:{WELSH}) (?:yr? )?{NAME}(?: {NAME})?"
    rf"|{HOUSE}(?:{NAMED}|{NAME}(?: {NAME}){{0,2}})(?:, (?:\d{{1,4}}[a-z]? )"
    rf"?(?:{NAME} ){{1,3}}(?:{STREET.title()})\b)?"
    rf"|{NAMED}, (?:\d{{1,4}}[a-z]? )?(?:{NAME} ){{1,3}}(?:{STREET.title()})\b)"
)
SMALL_STREETS = re.compile(
    rf"(?<![\w£/.,-])(?:(?:flat|unit|apt) ?\w{{1,3}},? )"
    rf"?\d{{1,4}}[a-z]?,? [a-z'’]{{2,20}}(?: [a-z'’]{{3,20}})? (?:{CLEAR_STREET})\b",
    re.IGNORECASE,
)
LIVING = re.compile(
    r"\b(?:address|live|lives|living|moved?|home|house|deliver|post|sent|letter|write|at)\b",
    re.IGNORECASE,
)
STREET_WORDS = words(f"{STREET} {WELSH.lower()}".replace("|", " ")) | words(
    "house flat unit apartment apt suite plot block"
)
OFTEN_IN_STREETS = words("flat unit apt high station church mill st old new park victoria london")
TOWNS = re.compile(TOWN)
# What stands right before a postcode: names with a comma between them.
CAPITALISED = rf"{NAME}(?: {NAME}){{0,3}}"
ROAD = rf"(?:{NAME} ){{1,3}}(?:{STREET.title()})\b"
BEFORE_A_CODE = re.compile(
    rf"(?:(?:{CAPITALISED}, ){{1,3}}{CAPITALISED}|{ROAD}(?:,? {PLACE})?"
    rf"|\b\d{{1,4}}[a-zA-Z]?,? {CAPITALISED}(?:, {CAPITALISED})?),? ?\Z"
)
LIVES_ON = re.compile(rf"\b[Ll](?:ive|ives|iving) (?:on|at|in|off) ({ROAD})")
PO_BOX = re.compile(rf"\bP\.?O\.? Box \d{{1,6}}(?:, {PLACE}(?: {PLACE})?)?")
LONGEST_BEFORE = 90


def addresses_in(text: str) -> Iterator[Span]:
    """E-mail addresses, and the streets people say they live in: what needs no digit."""
    if "@" in text:
        yield from emails(text)
    yield from spelt_emails(text)
    for found in LIVES_ON.finditer(text):
        yield Span(found.start(1), found.end(1), "ADDRESS")


def spelt_emails(text: str) -> Iterator[Span]:
    """E-mail addresses with words for their signs, as people write them to hide them."""
    lower = text.lower()
    if (" dot " in lower or "(" in text or "[" in text) and SPELT_SIGN.search(text):
        for found in SPELT.finditer(text):
            if SPELT_SIGN.search(found[0]):
                yield Span(found.start(), found.end(), "EMAIL")
    if " at " in lower:
        for found in HALF_SPELT.finditer(text):
            if found[1].lower() in KNOWN or re.search(r"\w[._\d]", found[1]):
                yield Span(found.start(), found.end(), "EMAIL")


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, looked for from each sign so that no long text is gone over twice."""
    sign = text.find("@")
    while sign >= 0:
        spaced = text[sign - 1 : sign] == " " and text[sign + 1 : sign + 2] == " "
        left = sign - spaced
        local = LOCAL_PART.search(text, max(0, left - 64), left) if left else None
        domain = DOMAIN.match(text, sign + 1 + spaced)
        if local and domain and (not spaced or local[0][0].isalpha()):
            yield Span(local.start(), domain.end(), "EMAIL")
        sign = text.find("@", sign + 1)


def places_in(text: str, words_of_it: Collection[str]) -> Iterator[Span]:
    """Postcodes and addresses in a text that has digits."""
    codes = list(postcodes(text))
    yield from codes
    for code in codes:
        if place := BEFORE_A_CODE.search(text, max(0, code.start - LONGEST_BEFORE), code.start):
            yield Span(place.start(), place.start() + len(place[0].rstrip(", ")), "ADDRESS")
    for box in PO_BOX.finditer(text):
        yield Span(box.start(), box.end(), "ADDRESS")
    if STREET_WORDS.isdisjoint(words_of_it):
        return
    for found in STREETS.finditer(text):
        town = with_town(text, found.end(), codes)
        yield Span(found.start(), with_town(text, town, codes), "ADDRESS")
    for found in SMALL_STREETS.finditer(text):
        named = set(re.findall(r"[a-z'’]+", found[0].lower())[:-1])
        lived = LIVING.search(text, max(0, found.start() - 40), found.end() + 40)
        if lived and (named - OFTEN_IN_STREETS).isdisjoint(ORDINARY):
            yield Span(found.start(), with_town(text, found.end(), codes), "ADDRESS")


def postcodes(text: str) -> Iterator[Span]:
    """Postcodes of areas that exist, and of ZZ, which people make up.

    In small letters only where it cannot be a word and a time.
    """
    if INWARD.search(text) is None:
        return
    for found in POSTCODE.finditer(text):
        if found[1].lower() not in AREAS:
            continue
        small = not found[1].isupper()
        ordinal = found[0][-2:] in ORDINALS
        if ordinal or (small and not (found[2] or len(found[0]) > 5)):
            continue
        if is_of_a_thing(text, found.start()):
            continue
        yield Span(found.start(), found.end(), "POSTCODE")


def with_town(text: str, end: int, codes: list[Span]) -> int:
    """Where an address ends: with the town after the street, if one is there."""
    town = TOWNS.match(text, end)
    if town is None or not town[1]:
        return end
    if town[1].split()[0].lower() in ORDINARY and not any(
        code.start - town.end() in (1, 2) for code in codes
    ):
        return end
    comma = text[end : end + 1] == ","
    coded = any(0 < code.start - town.end() <= 2 for code in codes)
    return town.end() if comma or coded else end
