"""What no subject may hold, and what every subject may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.invitations.subject_lint import faults, first_fit


@pytest.mark.parametrize(
    "subject",
    [
        "Payroll enquiry INC0012345",
        "HR enquiry ENQ-2026",
        "HFRS pensions enquiry 2026/11/25-7",
        "Enquiry A B",
        "Schools’ Ŵyl enquiry REQ 4711",
        "Ymholiad Cyflogres INC-1",
    ],
)
def test_service_and_reference_pass(subject: str) -> None:
    assert faults(subject) == []


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("Enquiry\r\nBcc: eve@example.org", "line break"),
        ("Enquiry\u2028INC-1", "line break"),
        ("Enquiry \u202eINC", "line break"),
        ("", "says nothing"),
        ("x" * 61, "longer than 60"),
        ("Payroll enquiry £120", "amount"),
        ("Payroll enquiry 1,200.50", "amount"),
        ("Payroll enquiry 40 pounds", "amount"),
        ("PAYROLL enquiry", "capitals"),
        ("HR IT enquiry", "capitals"),
        ("PAY NOW", "capitals"),
        ("ŴYTHNOS enquiry", "capitals"),
        ("How did it go!", "exclamation"),
        ("How did it go！", "exclamation"),
        ("Overdue invoices enquiry", "dunning"),
        ("Final notice about INC-1", "dunning"),
        ("Reminder of payment INC-1", "dunning"),
        ("Invoice overdue INC-1", "dunning"),
        ("Debt enquiry INC-1", "dunning"),
        ("Ymholiad ôl-ddyled INC-1", "dunning"),
        ("Enquiry =?utf-8?q?=0A?=", "encoded"),
    ],
)
def test_each_fault_is_told(subject: str, told: str) -> None:
    assert any(told in fault for fault in faults(subject)), faults(subject)


@given(st.text(), st.text())
def test_whatever_service_and_reference_hold_there_is_a_subject_that_passes(
    service: str, reference: str
) -> None:
    chosen = first_fit((f"{service} enquiry {reference}", f"Enquiry {reference}", "Your enquiry"))
    assert faults(chosen) == []


def test_where_none_passes_that_is_an_error() -> None:
    with pytest.raises(ValueError, match="no subject"):
        first_fit(["LOUD AND CLEAR"])
