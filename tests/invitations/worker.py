"""A worker process: decides and sends until nothing is due, then ends. Settings come from outside.

It runs the two steps as the service's own worker does, without the rest of it.
"""

import time

from survey.app import create_app
from survey.foundation.database import db
from survey.foundation.steps import Step, run
from survey.invitations import deciding, sending

STEPS = (
    Step("decide", deciding.decide, deciding.oldest_due),
    Step("send", sending.send, sending.oldest_due),
)


def idle() -> bool:
    due = [step.oldest_due() for step in STEPS]
    db.session.rollback()
    return due == [None, None]


with create_app().app_context():
    while not idle():
        if sum(map(run, STEPS)) == 0:
            time.sleep(0.1)
