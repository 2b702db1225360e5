"""What a subject must not hold: what filters, and people, take for advertising or dunning.

A subject also shows on locked screens and in lists of mail, so it is short and says nothing of what
the enquiry was about but its service. Pure: text in, faults out.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60
# In capitals by custom: HR, VAT, HFRS. More letters, or two such words running, are shouting.
LONGEST_ACRONYM = 4
AMOUNT = re.compile(
    r"[£€$¥]|\d[.,]\d\d(?!\d)|\d\s*(?:gbp|eur|usd|pounds?|pence|euros?)\b", re.IGNORECASE
)
WORD = re.compile(r"\S+")
DUNNING = re.compile(
    r"\b(?:overdue|over due|past due|unpaid|arrears|debts?|dunning|bailiffs?|enforcement"
    r"|(?:final|last|second|third) (?:notice|reminder|demand|warning|chance)"
    r"|(?:payment|invoice|account|balance) (?:reminder|due|outstanding|demand)"
    r"|reminder of payment|payment required|outstanding (?:balance|invoice|payment|amount)s?"
    r"|legal action|court|penalty|urgent|immediately|act now|pay now|action required"
    r"|gorddyledus|(?:ôl-)?ddyledion|(?:ôl-)?ddyled|dyled(?:ion)?|heb eu? thalu"
    r"|(?:rhybudd|hysbysiad) (?:olaf|terfynol)|taliad hwyr|brys)\b",
    re.IGNORECASE,
)


def faults(subject: str) -> list[str]:
    """What is wrong with a subject, in a few words each; nothing where it may go out."""
    told = {
        "holds a line break or what cannot be seen": not subject.isprintable(),
        "says nothing": not subject.strip(),
        f"is longer than {LONGEST} characters": len(subject) > LONGEST,
        "holds an amount": AMOUNT.search(subject),
        "shouts in capitals": _shouts(subject),
        "holds an exclamation mark": "!" in unicodedata.normalize("NFKC", subject),
        "sounds like dunning": DUNNING.search(unicodedata.normalize("NFKC", subject)),
        "holds an encoded word": "=?" in subject,
    }
    return [fault for fault, found in told.items() if found]


def first_fit(candidates: Iterable[str]) -> str:
    """The first subject that has no fault.

    Raises:
        ValueError: there is none.
    """
    for subject in candidates:
        if not faults(subject):
            return subject
    raise ValueError("no subject passes")


def _shouts(subject: str) -> bool:
    """A word of many capitals, or two words of capitals running. What has a digit is a reference,
    and a single letter no word.
    """
    before = False
    for word in WORD.findall(subject):
        letters = [letter for letter in word if letter.isalpha()]
        capital = len(letters) > 1 and not any(c.islower() for c in letters)
        capital = capital and not any(c.isdigit() for c in word)
        if capital and (before or len(letters) > LONGEST_ACRONYM):
            return True
        before = capital
    return False
