"""The body of a request as JSON, or a clear answer why it is none, however it is spoilt."""

import json
from typing import Any

from flask import request

from survey.foundation.problems import Problem

NOT_JSON = "The body is not JSON"


def json_body() -> Any:
    """What the request at hand carries.

    Raises:
        Problem: 415 where it does not say that it is JSON, 400 where it is not.
    """
    if not request.is_json:
        raise Problem(415, "Unsupported Media Type", "Send JSON, as application/json.")
    try:
        return json.loads(request.get_data(cache=False))
    except RecursionError:
        raise Problem(400, NOT_JSON, "It is nested too deeply.") from None
    except ValueError as error:
        raise Problem(400, NOT_JSON, str(error)) from None
