"""Personal numbers in a comment: telephone, National Insurance, staff, date of birth.

A number alone says little, so most kinds ask for the word that names them nearby: an invoice, an
order, an amount and a date stay. Every pattern repeats a bounded number of times, so that time
grows with the length of a text and no faster.
"""

import re
from collections.abc import Collection, Iterator

from survey.comments.redaction.banking import IS, bank_details, digits
from survey.comments.redaction.papers import papers_in
from survey.comments.redaction.span import Span
from survey.comments.redaction.things import is_of_a_thing, near_an_order
from survey.comments.redaction.vocabulary import words

IGNORE = re.IGNORECASE
NUMBER_WORD = r"(?:no|nos|num|nr|number|numbers|ref|reference|id|ids|identifier|code|card|#)\b[.:]?"
STAFF = (
    r"\b(?:employee|colleague|emp|staff|payroll|pay ?roll|pay|worker|works?|personnel|personal|"
    r"pers|warrant|collar|shoulder|badge|assignment|sap|clock|payee|pension(?:er)?|"
    r"(?:hr|person|force|oracle|itrent|service)(?= (?:no|num|number|id)\b)|"
    r"member(?:ship)?|teachers?|esr|trn)"
)
STAFF_ID = r"(\d{1,4}(?: \d{2,4}){1,3}|[a-z]{0,4}[-/ ]?\d[\d/-]{2,14}[a-z]?)(?![\w£])"
EMPLOYEE = re.compile(
    rf"{STAFF}(?:\s(?:member|record|file|roll|payroll|staff))"
    rf"?[\s./-]{{0,2}}(?:{NUMBER_WORD}[\s/]?){{1,3}}{IS}{STAFF_ID}",
    IGNORE,
)
EMPLOYEE_BARE = re.compile(
    rf"\b(?:employee|emp|payslip|payroll|trn|my id)[.:#]? ?(?:is )?{STAFF_ID}", IGNORE
)
PERIOD = re.compile(r"\s?(?:(?:19|20)\d\d[/-]\d{2,4}|\d{1,2}[/-](?:19|20)\d\d)")
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
    r"(?<![A-Za-z0-9])([a-z]{2}|[a-z] [a-z](?= \d \d))(?:[ .-]?\d){6}"
    r"(?:[ .-]?[a-d](?![A-Za-z0-9])|(?![\d.-]))",
    IGNORE,
)
ACCOUNTS = ("PO", "GL", "AT", "ON", "TO")
NINO_WORD = re.compile(r"\b(?:ni|n\.i\.?|nino|insurance)\b", IGNORE)
PHONE = re.compile(
    r"(?<![\w£$€/.-])(?:(?:\+|00)44[ .-]?(?:\(0\)[ .-]?)?|\(?0(?=[1-9]))\d{1,4}\)"
    r"?(?:[ .–-]{1,2}?\d|\d){5,9}(?![\d/]|[-.]\d)"
    r"|(?<![\w])(?:\+\d{1,3}|00\d{2,3}(?= ))(?:[ .-]?\d){7,12}(?!\d)"
    r"|(?<![\w£$€/.-])07\d{3}/\d{6}(?!\d)"
    r"|(?<![\w£$€/.-])(?:44[ -]?|0 )7\d(?:[ .-]?\d){8}(?![\d/]|[-.]\d)"
)
BY_X = re.compile(r",? ?x ?\d{2,5}(?!\w)", IGNORE)
EXTENSION = re.compile(
    r"\b(?:ext|extn|extension)\b[.:]?(?: (?:no|number)\b\.?)?(?: is)? ?\d{3,6}(?![\w/%]|"
    r" ?(?:days|weeks|months))",
    IGNORE,
)
LOCAL = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|direct (?:dial|line)|my (?:new )?number|"
    r"(?:call|ring|text|get|speak to|contact|reach|phone|whatsapp) "
    r"(?:me|us|him|her|them)(?: back)?)"
    r"(?: (?:no|number)\b)?[.:]? ?(?:on|is|at)? ?"
    r"(x\d{3,5}|\d{3}[ -]\d{3,4}|\d{4} ?\d{6}|\d{5,7}|\d{5} ?\d{5,6}|7\d{3} ?\d{3} ?\d{3})"
    r"(?![\w/]|[.-]\d)",
    IGNORE,
)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
DATE = re.compile(
    rf"(?<![\w/])(?:\d{{1,2}}([/. -])\d{{1,2}}\1(?:19|20)?\d{{2}}"
    rf"|(?:19|20)\d{{2}}([-/.])\d{{1,2}}\2\d{{1,2}}|{MONTH},? (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}(?:,?[ -](?:(?:19|20)\d{{2}}|'?\d{{2}}(?!\d)))?"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d{{2}})?)(?![\w/])",
    IGNORE,
)
BIRTH = re.compile(
    r"\b(?:born|d[./]? ?o[./]? ?b\b|year of birth|dob|birth ?date|"
    r"date of birth|birth ?day)|\(b\.?(?= ?\d)",
    IGNORE,
)
COMPACT = re.compile(
    r"[\s:=.#(-]{1,4}(?:(?:is|was|of|as) )?(\d{6}|\d{8}|\d{1,2}/\d{1,2})(?![\d/-])"
)
BORN_IN = re.compile(r"(?: in| is|:){1,2} ((?:19|20)\d\d)\b")
# How many letters on a date is the one meant, and may be.
NEXT_TO, NEAR = 15, 35
BIRTH_YEARS = range(1900, 2011)

STAFF_WORDS = words(
    """
    employee colleague emp staff payroll payslip pay worker work works personnel personal pers
    warrant collar shoulder badge hr person force oracle itrent assignment pension pensioner member
    membership teacher teachers esr trn pc pcso wpc sgt insp inspector sergeant constable sap clock
    service payee id roll
    """
)
BIRTH_WORDS = words("born dob b d birth birthday birthdate")
TELLING = words(
    """
    ext extn extension tel telephone phone mobile mob call ring text get contact reach direct
    whatsapp
    """
)
# The fewest digits of a whole telephone number.
TELEPHONE = 10
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
        yield from papers_in(text, words_of_it)
    if digits_of_it >= LONG or not TELLING.isdisjoint(words_of_it):
        yield from telephones(text)


def of_staff(text: str) -> Iterator[Span]:
    """Employee, staff, payroll, works and warrant numbers, named as such."""
    for pattern in (EMPLOYEE, EMPLOYEE_BARE, EMPLOYEE_AFTER, RANK):
        for found in pattern.finditer(text):
            if pattern is EMPLOYEE_BARE and not (
                sum(map(str.isdigit, found[1])) >= 5 and not PERIOD.fullmatch(found[1])
            ):
                continue
            start, end = found.span(1)
            if (phone := PHONE.match(text, start)) and len(digits(phone[0])) >= TELEPHONE:
                continue
            yield Span(start + len(found[1]) - len(found[1].lstrip()), end, "EMPLOYEE_ID")
            if pattern is EMPLOYEE and (another := ANOTHER.match(text, end)):
                yield Span(another.start(1), another.end(1), "EMPLOYEE_ID")


def nino(text: str) -> Iterator[Span]:
    """National Insurance numbers; without the last letter only where they are named."""
    for found in NINO.finditer(text):
        named = NINO_WORD.search(text, max(0, found.start() - 40), found.start())
        whole = found[0][-1].isalpha() and found[1].upper() not in ACCOUNTS
        spaced = found[1].isupper() and found[0].count(" ") == 3 and found[1] not in ACCOUNTS
        if named or spaced or (whole and (found[1].isupper() or found[0][-1].islower())):
            yield Span(found.start(), found.end(), "NINO")


def telephones(text: str) -> Iterator[Span]:
    """Telephone numbers as they are written in the United Kingdom, from abroad, and extensions."""
    for found in PHONE.finditer(text):
        if TELEPHONE <= len(digits(found[0])) <= 15 and is_telephone(text, found):
            inner = BY_X.match(text, found.end())
            yield Span(found.start(), (inner or found).end(), "PHONE")
    for found in EXTENSION.finditer(text):
        yield Span(found.start(), found.end(), "PHONE")
    for found in LOCAL.finditer(text):
        yield Span(found.start(1), found.end(1), "PHONE")


def is_telephone(text: str, found: re.Match[str]) -> bool:
    """Whether digits are a telephone number, and not that of an order, which has no spaces."""
    if not found[0].isdigit():
        return not is_of_a_thing(text, found.start())
    return len(found[0]) >= 11 and not near_an_order(text, found.start())


def of_birth(text: str) -> Iterator[Span]:
    """Dates near a word of birth; one further on only if somebody working may be born then."""
    for word in BIRTH.finditer(text):
        year_alone = BORN_IN.match(text, word.end())
        if year_alone and works(year_alone[1]):
            yield Span(year_alone.start(1), year_alone.end(1), "DOB")
        if compact := COMPACT.match(text, word.end()):
            yield Span(compact.start(1), compact.end(1), "DOB")
        for found in DATE.finditer(text, word.end(), word.end() + 120):
            gap = found.start() - word.end()
            year = re.search(r"(?:19|20)\d\d", found[0])
            dated = len(digits(found[0])) > len("31")
            if gap <= NEXT_TO or (works(year[0]) if year else gap <= NEAR and dated):
                yield Span(found.start(), found.end(), "DOB")
        for found in DATE.finditer(text, max(0, word.start() - 25), word.start()):
            if re.fullmatch(
                r"[ ,(]*(?:is|was|as|my|his|her|the|\s)*", text[found.end() : word.start()], IGNORE
            ):
                yield Span(found.start(), found.end(), "DOB")


def works(year: str) -> bool:
    """Whether somebody born in that year may work by now."""
    return int(year) in BIRTH_YEARS
