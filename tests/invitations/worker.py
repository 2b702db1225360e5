"""A worker process: decides, sends and sends again until nothing is due, then ends.

It runs the three steps as the service's own worker does, without the rest of it. Settings come from
outside.
"""

import time

from survey.app import create_app
from survey.foundation.database import db
from survey.foundation.steps import Step, run
from survey.invitations import deciding, sending
from survey.responses import sending_again

STEPS = (
    Step("decide", deciding.decide, deciding.oldest_due),
    Step("send", sending.send, sending.oldest_due),
    Step("send again", sending_again.send_again, sending_again.oldest_due),
)


def idle() -> bool:
    due = [step.oldest_due() for step in STEPS]
    db.session.rollback()
    return due == [None, None, None]


with create_app().app_context():
    while not idle():
        if sum(map(run, STEPS)) == 0:
            time.sleep(0.1)
