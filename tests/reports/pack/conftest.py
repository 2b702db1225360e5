"""What tests of packs stand on."""

import os

import pytest

from survey.reports.pack.needed import lacking


@pytest.fixture(scope="session")
def can_print() -> None:
    """Packs can be made here; else the test is skipped and says what is missing.

    Where nothing may be skipped (`REQUIRE_ALL=1`), it fails.
    """
    if reason := lacking():
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(reason)
