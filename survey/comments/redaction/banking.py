"""Bank details in a comment: sort codes, account numbers, IBANs and cards.

A sort code with dashes and the account number right after it are one detail, as people write them;
bare numbers are two.
"""

import re
from collections.abc import Iterator

from survey.comments.redaction.span import Span
from survey.comments.redaction.things import is_of_a_thing

IGNORE = re.IGNORECASE
# What may stand between a number and the word that names it.
IS = (
    r"(?:[\s:=#,(-]|['’]s\b|\b(?:is|was|being|are|it's|its|of|for me|number|no|below|should be|"
    r"currently|still|ends up|shows?|reads|as)\b){0,6}"
)
IBAN = re.compile(
    r"(?<![A-Za-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?(?![A-Za-z0-9])",
    IGNORE,
)
SORT = re.compile(
    r"(?<![\d/.£-])(?:\d{2}([-–.])\d{2}\1\d{2}(?:(?: |, | / |/)\d{4} ?\d{4})?"
    r"|\d{2} ?\d{2} ?\d{2})"
    r"(?![\d/]|[-.]\d)"
)
ACCOUNT = re.compile(
    rf"\b(?:account|acc|acct|a/c|ac(?= no| num)|bank)[.:]?(?: (?:no|num|number|details))"
    rf"?\b[.:]?{IS}(\d{{4}} ?\d{{2,4}})(?![\w£]|[/-]\d)",
    IGNORE,
)
EIGHT = re.compile(
    r"[ ,/:]{1,3}(?:(?:and |account |acc |a/c |no\.? |number ){0,3})(\d{4} ?\d{4})(?!\d)", IGNORE
)
SWIFT = re.compile(
    rf"\b(?:swift|bic)(?: ?/ ?bic)?(?: code)?\b{IS}"
    r"((?-i:[A-Z]{4}(?:GB|IE|DE|FR|ES|IT|NL|BE|PL|LT|RO|US))[a-z\d]{2}(?:[a-z\d]{3})?)\b",
    IGNORE,
)
SORT_WORD = re.compile(r"\bsort\b|\bs/c\b", IGNORE)
# Building societies tell accounts apart by these.
ROLL = re.compile(
    r"\broll (?:no|num|number)\b[.:]?(?: is)? ?([a-z]?/?\d[\d/-]{5,16}[a-z]?)", IGNORE
)
LEDGER = re.compile(
    r"\b(?:gl|ledger|nominal|customer|supplier|vendor|budget|debtor|creditor|utility)\b", IGNORE
)
CARD_WORD = re.compile(r"card|\bvisa\b|\bamex\b", IGNORE)
CARD = re.compile(r"(?<![\w£])\d(?:[ -]?\d){12,18}(?![\w])")


def bank_details(text: str) -> Iterator[Span]:
    """Bank details; they may overlap."""
    for found in IBAN.finditer(text):
        if is_iban(found[0]) or "iban" in text[max(0, found.start() - 20) : found.start()].lower():
            yield Span(found.start(), found.end(), "BANK")
    yield from cards(text)
    yield from sort_codes(text)
    for named in (ROLL, SWIFT):
        for found in named.finditer(text):
            yield Span(found.start(1), found.end(1), "BANK")
    for found in ACCOUNT.finditer(text):
        of_ledger = LEDGER.search(text, max(0, found.start() - 25), found.start())
        if not of_ledger and len(digits(found[1])) >= 6:
            yield Span(found.start(1), found.end(1), "BANK")


def cards(text: str) -> Iterator[Span]:
    """Card numbers: those whose last digit is right, and any of sixteen digits said to be one."""
    for found in CARD.finditer(text):
        said = CARD_WORD.search(text, max(0, found.start() - 30), found.start())
        if luhn(found[0]) or (said and len(digits(found[0])) == 16):
            yield Span(found.start(), found.end(), "CARD")


def sort_codes(text: str) -> Iterator[Span]:
    """Sort codes, and the account number after each."""
    for found in SORT.finditer(text):
        account = EIGHT.match(text, found.end())
        if account or is_sort_code(text, found):
            yield Span(found.start(), found.end(), "BANK")
        if account:
            yield Span(account.start(1), account.end(1), "BANK")


def is_sort_code(text: str, found: re.Match[str]) -> bool:
    """Whether six digits without an account number after them are a sort code."""
    if len(digits(found[0])) > 6:
        return True
    if SORT_WORD.search(text, max(0, found.start() - 30), found.start()):
        return True
    dashed = found[1] in ("-", "–") and not is_date(found[0])
    return dashed and not is_of_a_thing(text, found.start())


def is_date(text: str) -> bool:
    """Whether two digits, two and two may be a day, a month and a year."""
    day, month = int(text[:2]), int(text[3:5])
    return 1 <= day <= 31 and 1 <= month <= 12


def digits(text: str) -> str:
    """The digits of a text."""
    return "".join(filter(str.isdigit, text))


def luhn(text: str) -> bool:
    """Whether the last digit of a card number checks the others (ISO/IEC 7812-1)."""
    number = [int(digit) for digit in digits(text)][::-1]
    total = sum(number[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in number[1::2])
    return total % 10 == 0 and len(set(number)) > 1


def is_iban(text: str) -> bool:
    """Whether the two check digits of an account number fit (ISO 13616)."""
    plain = text.replace(" ", "").upper()
    if not plain.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1
