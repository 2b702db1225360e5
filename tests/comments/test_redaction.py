"""What is struck out of a comment and what stays: cases, marked comments, any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comments.redaction.redacting import KINDS, redact
from survey.comments.redaction.vocabulary import ALSO_WORDS, KNOWN
from tests.comments.redaction_scoring import marked, score

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Dr. Patel was great", "[PERSON] was great"),
        ("Thanks İrem! Good", "Thanks [PERSON]! Good"),
        ("I am SAP number 00087315", "I am SAP number [EMPLOYEE_ID]"),
        ("Clock no 4339 docked", "Clock no [EMPLOYEE_ID] docked"),
        ("ppt no. 120 884 377 failed", "ppt no. [PASSPORT] failed"),
        ("Passport (Irish) PB0417729 is lost", "Passport (Irish) [PASSPORT] is lost"),
        (
            "old passport 099215563, new one 140078812",
            "old passport [PASSPORT], new one [PASSPORT]",
        ),
        ("dob 06031977 is right", "dob [DOB] is right"),
        ("use 40-02-17 / 0192 8834 now", "use [BANK] now"),
        ("roll no. 3/0088214-X bounced", "roll no. [BANK] bounced"),
        ("Moved to The Old Smithy, Haddle YO8 8QQ", "Moved to [ADDRESS] [POSTCODE]"),
        ("It went to PO Box 1183, Enniskillen", "It went to [ADDRESS]"),
        ("Mr J. van der Merwe rang", "[PERSON] rang"),
        ("asked for Mrs O’Leary-Quigg today", "asked for [PERSON] today"),
        ("I spoke to sarah and she sorted it", "I spoke to [PERSON] and she sorted it"),
        ("THANKS TO SARAH FOR HELPING", "THANKS TO [PERSON] FOR HELPING"),
        ("A lady named Perpetua helped me", "A lady named [PERSON] helped me"),
        ("Please ask for Temperance Mwangi.", "Please ask for [PERSON]."),
        ("Michelle's advice was spot on", "[PERSON]'s advice was spot on"),
        ("Not paid.\nXolani Dube", "Not paid.\n[PERSON]"),
        ("Kind regards, Tom", "Kind regards, [PERSON]"),
        ("Will rang me back", "[PERSON] rang me back"),
        ("Rose was so helpful", "[PERSON] was so helpful"),
        ("call (020) 7946 0018 ext 4471", "call [PHONE] [PHONE]"),
        ("+44 (0)20 7946 0018 or 01632.960.123", "[PHONE] or [PHONE]"),
        ("NI: qq123456c", "NI: [NINO]"),
        ("staff id 771204, pay no 33121", "staff id [EMPLOYEE_ID], pay no [EMPLOYEE_ID]"),
        ("sort code 20 45 77 account number 41238890", "sort code [BANK] account number [BANK]"),
        ("My card 4242-4242-4242-4242 was charged", "My card [CARD] was charged"),
        ("paid to 20-45-77 41238890 again", "paid to [BANK] again"),
        ("john dot smith at example dot com", "[EMAIL]"),
        ("write to jo+pay@example.gov.uk.", "write to [EMAIL]."),
        ("I moved to Flat 3b, 10 High Street, Leeds LS1 4AP", "I moved to [ADDRESS] [POSTCODE]"),
        ("date of birth 3.4.77 is wrong", "date of birth [DOB] is wrong"),
        ("my birthday is 3rd May", "my birthday is [DOB]"),
        ("passport number: AB1234567", "passport number: [PASSPORT]"),
        ("Licence MORGA657054SM9IJ is mine", "Licence [LICENCE] is mine"),
        ("driving licence no: 40077123", "driving licence no: [LICENCE]"),
        ("my nhs number 943-476-5919", "my nhs number [NHS_NUMBER]"),
        ("0113 496 0555 x4521 or 447700900654", "[PHONE] or [PHONE]"),
        ("My number is 7700 900 222", "My number is [PHONE]"),
        ("HMRC hold AB 12 34 56 for me", "HMRC hold [NINO] for me"),
        ("pay number's 445566", "pay number's [EMPLOYEE_ID]"),
        ("badge number 7741", "badge number [EMPLOYEE_ID]"),
        ("my account number ends up as 87654321", "my account number ends up as [BANK]"),
        ("BIC BUKBGB22, a/c 41238890", "BIC [BANK], a/c [BANK]"),
        ("I am at Park View Terrace NE4 6PQ now", "I am at [ADDRESS] [POSTCODE] now"),
        ("I live on Harper Street", "I live on [ADDRESS]"),
        ("use mary at example.co.uk now", "use [EMAIL] now"),
        ("Letter for Ana (b. 14/02/1971)", "Letter for [PERSON] (b. [DOB])"),
        ("José Hernández and Łucja rang", "[PERSON] and [PERSON] rang"),
        ("signed R. J. Hargreaves", "signed [PERSON]"),
        ("rachel_okoye AT example DOT net", "[EMAIL]"),
        ("Phone me on 960123 or 00353 87 123 4567", "Phone me on [PHONE] or [PHONE]"),
        ("Direct dial is x3345", "Direct dial is [PHONE]"),
        ("staff ID card number 550212", "staff ID card number [EMPLOYEE_ID]"),
        ("HR number 300412", "HR number [EMPLOYEE_ID]"),
        ("at 27 Oak Road, Exley, Wiltshire now", "at [ADDRESS] now"),
        ("write to 12 Maes y Deri", "write to [ADDRESS]"),
        ("go to Basement Flat, 91 Albert Street", "go to [ADDRESS]"),
        ("I live at 44 st johns road", "I live at [ADDRESS]"),
        ("she was born July 1969", "she was born [DOB]"),
        ("born in 1969, birthday 3/7", "born in [DOB], birthday [DOB]"),
        ("dob: 1969/07/03", "dob: [DOB]"),
        ("BRP ZR1234567", "BRP [PASSPORT]"),
        ("Bill in accounts rang me", "[PERSON] in accounts rang me"),
        ("April from HR was superb", "[PERSON] from HR was superb"),
        ("ask for Karen or Faith", "ask for [PERSON] or [PERSON]"),
        ("DS Fenwick is unpaid", "[PERSON] is unpaid"),
        ("Phone: 07 700 900 123, tel no 960 441", "Phone: [PHONE], tel no [PHONE]"),
        ("my work number is 07700 900123", "my work number is [PHONE]"),
        ("my NI is Q Q 1 2 3 4 5 6 C", "my NI is [NINO]"),
        (
            "payee number 120993, my id is 771204",
            "payee number [EMPLOYEE_ID], my id is [EMPLOYEE_ID]",
        ),
        ("I live at 12A Northgate WF1 3BP", "I live at [ADDRESS] [POSTCODE]"),
        ("year of birth is 1985, d/o/b 12/04/85", "year of birth is [DOB], d/o/b [DOB]"),
        ("Passport 12 345 6789 or C01X00T47", "Passport [PASSPORT] or [PASSPORT]"),
        ("my colleague Vusumuzi waited", "my colleague [PERSON] waited"),
        ("This is Vusumuzi, ringing about pay", "This is [PERSON], ringing about pay"),
        ("Vusumuzi's payslip came to me", "[PERSON]'s payslip came to me"),
    ],
)
def test_personal_details_are_replaced_by_their_kind(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "Kind regards, Purchasing",
        "Your passport office order 140078812 is late",
        "Payroll, Pensions and HR rolled 12/2026 forward",
        "Invoice 4482913 dated 12/03/2026 for supplier 100234",
        "PO 4500012345 and GRN 5000123456 are blocked",
        "GL account 40712345, cost centre 40712",
        "Ticket REQ0012345, INC 0056781, RITM0044871",
        "Order number 0712345678 not delivered",
        "Purchase order 20-45-77, job number 0113 496 0555, reference 01234 567890",
        "The form HR12 3AB in room B12 4th floor",
        "Payroll 2025/26, payslip 03/2026, bands B2 3AB. Statements from Payroll",
        "The team was born in 2019 out of a merger on 1 April 2019",
        "May in payroll was a mess. This is Kafkaesque, frankly",
        "Service ref 20260001. A birthday cake for 50 people on 12 May",
        "SWIFT RESPONSE. Look at example.com, we shop at example.co.uk",
        "I rang 3 times on 14 March and 5 April",
        "Will pay when it arrives. Grant funding. The Mark up.",
        "Frank advice. Rich pickings. Pat on the back for all.",
        "The Jordan contract. Paris office. Sydney Street depot.",
        "St Mary's Hospital, Queen Elizabeth Hospital",
        "We use Oracle Fusion, Workday, Unit4 and Kofax",
        "Spoke to Microsoft, thanks IBC Team, Thanks Payroll",
        "Dear Sir or Madam",
        "Supplier Smith & Sons Ltd, John Lewis, Marks & Spencer",
        "3 weeks in a row. 24 hour drop in. 1 way street",
        "It may be in May or in April",
        "@BigCompany nobody answers, £12,450.00 since 14/03/2026",
    ],
)
def test_what_only_looks_like_a_detail_stays(text: str) -> None:
    assert redact(text).text == text


def test_names_the_enquiry_tells_are_found_in_any_case_unless_they_are_ordinary_words() -> None:
    names = ("j.haworth@example.gov.uk", "Payroll Office")
    assert redact("payroll was late, haworth said", names).text == "payroll was late, [PERSON] said"
    assert redact("Haworth again", names).text == "[PERSON] again"
    assert redact("for example the gov portal", names).text == "for example the gov portal"


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("off sick since my cancer diagnosis", ("health",)),
        ("the sick pay policy is unclear", ()),
        ("My union rep is in a wheelchair", ("disability", "union")),
        ("I’m pregnant", ("pregnancy",)),
        ("as a gay man I felt judged, my wife has MS", ("health", "sexuality")),
        ("treated worse as a black woman", ("ethnicity",)),
        ("they asked whether I vote Labour", ("politics",)),
    ],
)
def test_special_categories_are_hinted_at_and_stay(text: str, hints: tuple[str, ...]) -> None:
    redaction = redact(text)
    assert redaction.hints == hints
    assert redaction.text == text


@pytest.mark.parametrize("file", ["pii.jsonl", "helpdesk_comments.jsonl"])
def test_marked_comments_are_read_as_well_as_promised(file: str) -> None:
    if not (DATA / file).exists():
        pytest.skip(f"../shared/data/{file} is not here")
    result = score(marked(DATA / file), redact)
    assert result.precision >= 0.98, result.wrong
    assert result.recall >= 0.95, result.missed
    assert result.recall_without_names == 1, result.missed


PIECES = st.sampled_from(
    [
        *sorted(KNOWN)[:40],
        *sorted(ALSO_WORDS)[:40],
        *[
            "Mr.",
            "Dr",
            "Sarah",
            "Mark",
            "Bill",
            "Smith",
            "van",
            "O'Brien",
            "J.",
            "hi",
            "thanks",
            "to",
            "spoke",
            "regards,",
            "-",
            "(",
            "[PERSON]",
        ],
        *[
            "07700",
            "900123",
            "QQ123456C",
            "20-45-77",
            "41238890",
            "staff",
            "no",
            "born",
            "3/4/88",
            "SW1A",
            "2AA",
            "12",
            "High",
        ],
        *[
            "Street,",
            "x",
            "dot",
            "y",
            "(at)",
            "passport",
            "account",
            "+44",
            "é",
            "😭",
            "مرحبا",
            "[",
            "]",
            "@",
            "a@b.co",
        ],
        *("\n", "\x00", "\x01"),
    ]
)
TEXTS = st.text(max_size=80) | st.lists(PIECES, max_size=14).map(" ".join)


@given(TEXTS)
def test_a_redacted_text_has_nothing_left_to_strike(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text


@given(TEXTS)
def test_spans_are_in_order_apart_and_places_of_the_text_as_it_came(text: str) -> None:
    redaction = redact(text)
    past = 0
    rebuilt = ""
    for span in redaction.spans:
        assert past <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        rebuilt += text[past : span.start] + f"[{span.kind}]"
        past = span.end
    assert redaction.text == rebuilt + text[past:]


SHAPES = [
    "1 ",
    "A ",
    "@",
    "a.",
    "a@",
    "A. ",
    "Mr ",
    "12-",
    "0",
    "(",
    "Sarah ",
    "Big ",
    "a dot ",
    "£1",
]
SHAPES += [
    "born 1 ",
    "staff no ",
    "12 High ",
    "qq12 ",
    "GB29 ",
    "😀",
    "مرحبا ",
    "<b>",
    "!?",
    "\n- ",
]


@pytest.mark.parametrize("piece", [*SHAPES, "Flat 1, ", "to to ", "Ab ", "Mr Ab ", "Ab, "])
def test_long_texts_of_one_shape_come_to_an_end(piece: str) -> None:
    redact(piece * (250_000 // len(piece)))
