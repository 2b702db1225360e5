"""What is asked behind a link: the questionnaire of its partner and service."""

from survey.questionnaire.choosing import asked_about
from survey.questionnaire.questions import Questionnaire
from survey.questionnaire.shipped import current
from survey.responses.kept_settings import settings_now
from survey.responses.links import Link


def asked_behind(link: Link | None) -> Questionnaire:
    """What is asked there; where nothing is known of the link, what comes with the service."""
    if link is None:
        return current()
    return asked_about(settings_now(), link.partner_code, link.service_code)
