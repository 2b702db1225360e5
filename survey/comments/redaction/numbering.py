"""Personal numbers in a comment: telephone, National Insurance, staff, passport, date of birth.

A number alone says little, so most kinds ask for the word that names them nearby: an invoice, an
order, an amount and a date stay. Every pattern repeats a bounded number of times, so that time
grows with the length of a text and no faster.
"""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.banking import bank_details, digits
from survey.comments.redaction.span import Span
from survey.comments.redaction.vocabulary import words

IGNORE = re.IGNORECASE
NUMBER_WORD = r"(?:no|nos|num|nr|number|numbers|ref|reference|id|ids|code|#)\b[.:]?"
IS = (
    r"(?:[\s:=#,(-]|\b(?:is|was|are|it's|its|of|for me|number|no|below|should be|"
    r"currently|still)\b){0,6}"
)
STAFF = (
    r"\b(?:employee|colleague|emp|staff|payroll|pay|worker|works?|personnel|personal|pers|"
    r"warrant|collar|shoulder|"
    r"assignment|sap|clock|service|pension(?:er)?|member(?:ship)?|teachers?|esr|trn)"
)
STAFF_ID = r"(\d{1,4}(?: \d{2,4}){1,3}|[a-z]{0,4}[-/ ]?\d[\d/-]{2,14}[a-z]?)(?![\w£])"
EMPLOYEE = re.compile(
    rf"{STAFF}(?:\s(?:member|record|file|roll|payroll|staff))"
    rf"?[\s./-]{{0,2}}(?:{NUMBER_WORD}[\s/]?){{1,3}}{IS}{STAFF_ID}",
    IGNORE,
)
EMPLOYEE_BARE = re.compile(rf"\b(?:employee|emp|payslip|payroll|trn)[.:#]? ?{STAFF_ID}", IGNORE)
EMPLOYEE_AFTER = re.compile(
    rf"(?<![\w£])([a-z]{{0,3}}\d{{4,10}})(?: is| was|,)? (?:my|his|her|their|the)"
    rf"(?: \w{{1,12}})? ?{STAFF[2:]} {NUMBER_WORD}",
    IGNORE,
)
ANOTHER = re.compile(r"(?:,| and| or| not| &|/) ?([a-z]{0,3}\d[\d/-]{3,12})(?![\w£])", IGNORE)
RANK = re.compile(
    r"\b(?:PC|PCSO|WPC|Sgt|Insp|Inspector|Sergeant|Constable)(?: [A-Z][\w'’-]{1,20},?)"
    r"? (\d{3,6})(?![\w/])"
)
NINO = re.compile(
    r"(?<![A-Za-z0-9])([a-z]{2})[ .-]?\d{2}[ ."
    r"-]?\d{2}[ .-]?\d{2}(?:[ .-]?[a-d](?![A-Za-z0-9])|(?![\d.-]))",
    IGNORE,
)
NINO_WORD = re.compile(r"\b(?:ni|n\.i\.?|nino|insurance)\b", IGNORE)
PHONE = re.compile(
    r"(?<![\w£$€/.-])(?:(?:\+|00)44[ .-]?(?:\(0\)[ .-]?)?|\(?0(?=[1-9]))\d{2,4}\)"
    r"?(?:[ .–-]{1,2}?\d|\d){5,8}(?![\d/]|[-.]\d)"
    r"|(?<![\w])\+\d{1,3}(?:[ .-]?\d){7,12}(?!\d)"
)
EXTENSION = re.compile(
    r"\b(?:ext|extn|extension)\b[.:]?(?: (?:no|number)\b\.?)?(?: is)? ?\d{3,6}(?![\w/%]|"
    r" ?(?:days|weeks|months))",
    IGNORE,
)
LOCAL = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|(?:call|ring|text|get|contact|reach) (?:me|us|"
    r"him|her|them)(?: back)?)"
    r"(?: (?:no|number)\b)?[.:]? ?(?:on|is|at)? ?(\d{3}[ -]\d{4}|\d{5,7}|\d{5} ?\d{5,6})"
    r"(?![\w/]|[.-]\d)",
    IGNORE,
)
ORDERED = re.compile(
    r"\b(?:order|invoice|po|ticket|ref|req|supplier|vendor|company|contract)\b", IGNORE
)
PASSPORT_WORD = re.compile(r"\b(?:pass ?ports?|ppt)\b", IGNORE)
PASSPORT = re.compile(
    r"(?<![\w£/-])(?:(?:(?-i:[A-Z]{3})[ -]?)?\d{9}|\d{3} \d{3} \d{3}"
    r"|(?:(?-i:[A-Z]{1,2}) |[a-z]{1,2})\d{6,8}[a-z]?)(?![\w/])",
    IGNORE,
)
PASSPORT_REACH = 60
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
DATE = re.compile(
    rf"(?<![\w/])(?:\d{{1,2}}([/. -])\d{{1,2}}\1(?:19|20)?\d{{2}}|(?:19|20)"
    rf"\d{{2}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}(?:,?[ -](?:(?:19|20)\d{{2}}|'?\d{{2}}(?!\d)))?"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d{{2}})?)(?![\w/])",
    IGNORE,
)
BIRTH = re.compile(r"\b(?:born|d\.? ?o\.? ?b\b|dob|birth ?date|date of birth|birth ?day)", IGNORE)
COMPACT = re.compile(r"[\s:=.#(-]{1,4}(?:(?:is|was|of|as) )?(\d{6}|\d{8})(?![\d/-])")
NEXT_YEARS = 1900, 2015


STAFF_WORDS = words(
    "employee colleague emp staff payroll pay"
    "slip pay worker work works personnel personal pers warrant collar shoulder"
    " assignment pension pensioner member membership te"
    "acher teachers esr trn pc pcso wpc sgt insp inspector sergeant"
    " constable sap clock service"
)
PASSPORT_WORDS = words("passport passports port ports ppt")
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
        yield from bank_details(text)
    if digits_of_it >= LONG or not TELLING.isdisjoint(words_of_it):
        yield from telephones(text)
    if not PASSPORT_WORDS.isdisjoint(words_of_it):
        yield from passports(text)


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


def passports(text: str) -> Iterator[Span]:
    """Passport numbers: of the right shape, and not far behind the word."""
    for word in PASSPORT_WORD.finditer(text):
        for found in PASSPORT.finditer(text, word.end(), word.end() + PASSPORT_REACH):
            if not ORDERED.search(text, max(word.end(), found.start() - 15), found.start()):
                yield Span(found.start(), found.end(), "PASSPORT")


def nino(text: str) -> Iterator[Span]:
    """National Insurance numbers; without the last letter only where they are named."""
    for found in NINO.finditer(text):
        named = NINO_WORD.search(text, max(0, found.start() - 40), found.start())
        whole = found[0][-1].isalpha() and found[1].lower() not in ("po", "gl", "at", "on", "to")
        if named or (whole and (found[1].isupper() or found[0][-1].islower())):
            yield Span(found.start(), found.end(), "NINO")


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
        if compact := COMPACT.match(text, word.end()):
            yield Span(compact.start(1), compact.end(1), "DOB")
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
