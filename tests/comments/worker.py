"""The `survey` command with a method of its own that takes its time, for tests to kill."""

import time
from typing import Any

import pytest

from survey.cli import main
from survey.comments import editions
from survey.comments.understanding import Understanding
from tests.comments.made_up import read_as, understood


def slowly(_text: str, **_more: Any) -> Understanding:
    """Long enough to be killed meanwhile."""
    time.sleep(0.005)
    return understood("positive", mentions=(("speed", "positive"),))


if __name__ == "__main__":
    editions.BATCH = 5
    with pytest.MonkeyPatch.context() as here:
        read_as(here, slowly, "slow")
        main()
