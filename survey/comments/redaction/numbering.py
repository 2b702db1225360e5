"""Personal numbers in a comment: telephone, National Insurance, staff, bank, card, passport, birth.

A number alone says little, so most kinds ask for the word that names them nearby: an invoice, an
order, an amount and a date stay. Every pattern repeats a bounded number of times, so that time grows
with the length of a text and no faster.
"""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.span import Span
from survey.comments.redaction.vocabulary import words

IGNORE = re.IGNORECASE
NUMBER_WORD = r"(?:no|nos|num|nr|number|numbers|ref|reference|id|ids|code|#)\b[.:]?"
IS = r"(?:[\s:=#,(-]|\b(?:is|was|are|it's|its|of|for me|number|no|below|should be|currently|still)\b){0,6}"
STAFF = (
    r"\b(?:employee|colleague|emp|staff|payroll|pay|worker|works?|personnel|personal|pers|warrant|collar|shoulder|"
    r"assignment|pension|member(?:ship)?|teachers?|esr|trn)"
)
STAFF_ID = r"(\d{1,4}(?: \d{2,4}){1,3}|[a-z]{0,4}[-/ ]?\d[\d/-]{2,14}[a-z]?)(?![\w£])"
EMPLOYEE = re.compile(
    rf"{STAFF}(?:\s(?:member|record|file|roll|payroll|staff))?[\s./-]{{0,2}}(?:{NUMBER_WORD}[\s/]?){{1,3}}{IS}{STAFF_ID}",
    IGNORE,
)
EMPLOYEE_BARE = re.compile(rf"\b(?:employee|emp|payslip|payroll|trn)[.:#]? ?{STAFF_ID}", IGNORE)
EMPLOYEE_AFTER = re.compile(
    rf"(?<![\w£])([a-z]{{0,3}}\d{{4,10}})(?: is| was|,)? (?:my|his|her|their|the)(?: \w{{1,12}})? ?{STAFF[2:]} {NUMBER_WORD}",
    IGNORE,
)
ANOTHER = re.compile(r"(?:,| and| or| not| &|/) ?([a-z]{0,3}\d[\d/-]{3,12})(?![\w£])", IGNORE)
RANK = re.compile(
    r"\b(?:PC|PCSO|WPC|Sgt|Insp|Inspector|Sergeant|Constable)(?: [A-Z][\w'’-]{1,20},?)? (\d{3,6})(?![\w/])"
)
NINO = re.compile(
    r"(?<![A-Za-z0-9])([a-z]{2})[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}(?:[ .-]?[a-d](?![A-Za-z0-9])|(?![\d.-]))",
    IGNORE,
)
NINO_WORD = re.compile(r"\b(?:ni|n\.i\.?|nino|insurance)\b", IGNORE)
IBAN = re.compile(
    r"(?<![A-Za-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?(?![A-Za-z0-9])",
    IGNORE,
)
SORT = re.compile(
    r"(?<![\d/.£-])(?:\d{2}([-–])\d{2}\1\d{2}(?:(?: |, | / |/)\d{8})?|\d{2} ?\d{2} ?\d{2})(?![\d/]|[-.]\d)"
)
ACCOUNT = re.compile(
    rf"\b(?:account|acc|acct|a/c|bank)[.:]?(?: (?:no|num|number|details))?\b[.:]?{IS}(\d{{4}} ?\d{{2,4}})(?![\w£]|[/-]\d)",
    IGNORE,
)
EIGHT = re.compile(
    r"[ ,/:]{1,3}(?:(?:and |account |acc |a/c |no\.? |number ){0,3})(\d{8})(?!\d)", IGNORE
)
SORT_WORD = re.compile(r"\bsort\b|\bs/c\b", IGNORE)
BANKING = re.compile(r"\bsort\b|\bbank|\baccount\b|\bacc\b|\ba/c\b", IGNORE)
LEDGER = re.compile(
    r"\b(?:gl|ledger|nominal|customer|supplier|vendor|budget|debtor|creditor|utility)\b", IGNORE
)
CARD = re.compile(r"(?<![\w£])\d(?:[ -]?\d){12,18}(?![\w])")
PHONE = re.compile(
    r"(?<![\w£$€/.-])(?:(?:\+|00)44[ .-]?(?:\(0\)[ .-]?)?|\(?0(?=[1-9]))\d{2,4}\)?(?:[ .–-]{1,2}?\d|\d){5,8}(?![\d/]|[-.]\d)"
    r"|(?<![\w])\+\d{1,3}(?:[ .-]?\d){7,12}(?!\d)"
)
EXTENSION = re.compile(
    r"\b(?:ext|extn|extension)\b[.:]?(?: (?:no|number)\b\.?)?(?: is)? ?\d{3,6}(?![\w/%]| ?(?:days|weeks|months))",
    IGNORE,
)
LOCAL = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|(?:call|ring|text|get|contact|reach) (?:me|us|him|her|them)(?: back)?)"
    r"(?: (?:no|number)\b)?[.:]? ?(?:on|is|at)? ?(\d{3}[ -]\d{4}|\d{5,7}|\d{5} ?\d{5,6})(?![\w/]|[.-]\d)",
    IGNORE,
)
ORDERED = re.compile(
    r"\b(?:order|invoice|po|ticket|ref|req|supplier|vendor|company|contract)\b", IGNORE
)
PASSPORT = re.compile(
    r"\bpassport(?:[\s:.#,(-]|\b(?:no|num|number|ref|reference|is|was|with|my|his|her)\b){0,7}"
    r"((?:[a-z]{3} ?)?\d{9}|[a-z]{1,2} ?\d{6,8})(?![\w/])",
    IGNORE,
)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
DATE = re.compile(
    rf"(?<![\w/])(?:\d{{1,2}}([/. -])\d{{1,2}}\1(?:19|20)?\d{{2}}|(?:19|20)\d{{2}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}(?:,?[ -](?:(?:19|20)\d{{2}}|'?\d{{2}}(?!\d)))?"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d{{2}})?)(?![\w/])",
    IGNORE,
)
BIRTH = re.compile(r"\b(?:born|d\.? ?o\.? ?b\b|dob|birth ?date|date of birth|birth ?day)", IGNORE)
NEXT_YEARS = 1900, 2015


STAFF_WORDS = words(
    "employee colleague emp staff payroll payslip pay worker work works personnel personal pers warrant collar shoulder"
    " assignment pension member membership teacher teachers esr trn pc pcso wpc sgt insp inspector sergeant"
    " constable"
)
BIRTH_WORDS = words("born dob d birth birthday birthdate")
TELLING = words(
    "ext extn extension tel telephone phone mobile mob call ring text get contact reach"
)
# The fewest digits of a bank, telephone or National Insurance number.
LONG = 6


def numbers_in(text: str, words_of_it: Collection[str], digits_of_it: int) -> Iterator[Span]:
    """The personal numbers in a text with so many digits; they may overlap."""
    if not STAFF_WORDS.isdisjoint(words_of_it):
        yield from of_staff(text)
    if not BIRTH_WORDS.isdisjoint(words_of_it):
        yield from of_birth(text)
    if digits_of_it >= LONG:
        yield from nino(text)
        yield from of_banks(text)
    if digits_of_it >= LONG or not TELLING.isdisjoint(words_of_it):
        yield from telephones(text)
    if "passport" in words_of_it:
        for found in PASSPORT.finditer(text):
            yield Span(found.start(1), found.end(1), "PASSPORT")


def of_staff(text: str) -> Iterator[Span]:
    """Employee, staff, payroll, works and warrant numbers, named as such."""
    for pattern in (EMPLOYEE, EMPLOYEE_BARE, EMPLOYEE_AFTER, RANK):
        for found in pattern.finditer(text):
            if pattern is EMPLOYEE_BARE and sum(map(str.isdigit, found[1])) < 5:
                continue
            start, end = found.span(1)
            yield Span(start + len(found[1]) - len(found[1].lstrip()), end, "EMPLOYEE_ID")
            if pattern is EMPLOYEE and (another := ANOTHER.match(text, end)):
                yield Span(another.start(1), another.end(1), "EMPLOYEE_ID")


def nino(text: str) -> Iterator[Span]:
    """National Insurance numbers; without the last letter only where they are named."""
    for found in NINO.finditer(text):
        named = NINO_WORD.search(text, max(0, found.start() - 40), found.start())
        whole = found[0][-1].isalpha() and found[1].lower() not in ("po", "gl", "at", "on", "to")
        if named or (whole and (found[1].isupper() or found[0][-1].islower())):
            yield Span(found.start(), found.end(), "NINO")


def of_banks(text: str) -> Iterator[Span]:
    """Sort codes, account numbers, IBANs and cards.

    A sort code with dashes and the account number right after it are one detail, as people write
    them; bare numbers are two.
    """
    for found in IBAN.finditer(text):
        if is_iban(found[0]) or "iban" in text[max(0, found.start() - 20) : found.start()].lower():
            yield Span(found.start(), found.end(), "BANK")
    for found in CARD.finditer(text):
        if luhn(found[0]) or (
            "card" in text[max(0, found.start() - 30) : found.start()].lower()
            and len(digits(found[0])) == 16
        ):
            yield Span(found.start(), found.end(), "CARD")
    for found in SORT.finditer(text):
        account = EIGHT.match(text, found.end())
        if account or is_sort_code(text, found):
            yield Span(found.start(), found.end(), "BANK")
            if account:
                yield Span(account.start(1), account.end(1), "BANK")
    for found in ACCOUNT.finditer(text):
        if (
            not LEDGER.search(text, max(0, found.start() - 25), found.start())
            and len(digits(found[1])) >= 6
        ):
            yield Span(found.start(1), found.end(1), "BANK")


def is_sort_code(text: str, found: re.Match[str]) -> bool:
    """Whether six digits without an account number after them are a sort code."""
    if len(digits(found[0])) > 6:
        return True
    if SORT_WORD.search(text, max(0, found.start() - 30), found.start()):
        return True
    near = BANKING.search(text, max(0, found.start() - 40), found.end() + 40)
    return bool(found[1] and near and not DATE.fullmatch(found[0])) or bool(
        found[1] and not is_date(found[0])
    )


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


def telephones(text: str) -> Iterator[Span]:
    """Telephone numbers as they are written in the United Kingdom, from abroad, and extensions."""
    for found in PHONE.finditer(text):
        if 10 <= len(digits(found[0])) <= 15 and is_telephone(text, found):
            yield Span(found.start(), found.end(), "PHONE")
    for found in EXTENSION.finditer(text):
        yield Span(found.start(), found.end(), "PHONE")
    for found in LOCAL.finditer(text):
        yield Span(found.start(1), found.end(1), "PHONE")


def is_telephone(text: str, found: re.Match[str]) -> bool:
    """Whether digits are a telephone number, and not that of an order, which has no spaces."""
    if not found[0].isdigit():
        return True
    return len(found[0]) >= 11 and not ORDERED.search(
        text, max(0, found.start() - 20), found.start()
    )


def of_birth(text: str) -> Iterator[Span]:
    """Dates near a word of birth; one further on only if somebody working may be born then."""
    for word in BIRTH.finditer(text):
        for found in DATE.finditer(text, word.end(), word.end() + 120):
            near = found.start() - word.end() <= 35
            year = re.search(r"(?:19|20)\d\d", found[0])
            if near or (year and NEXT_YEARS[0] <= int(year[0]) <= NEXT_YEARS[1] - 10):
                yield Span(found.start(), found.end(), "DOB")
        for found in DATE.finditer(text, max(0, word.start() - 25), word.start()):
            if re.fullmatch(
                r"[ ,(]*(?:is|was|as|my|his|her|the|\s)*", text[found.end() : word.start()], IGNORE
            ):
                yield Span(found.start(), found.end(), "DOB")
