"""A style sheet for each colour, so that pages can show a partner's under a policy without styles.

It holds nothing but three shades, so anybody may have it and keep it.
"""

from flask import Blueprint, Response, abort

from survey.partnership.colours import COLOUR, style_sheet

colours = Blueprint("colours", __name__)


@colours.get("/colour/<colour>.css")
def sheet(colour: str) -> Response:
    """The sheet of a colour such as `1d4e89`."""
    if not COLOUR.match(f"#{colour}"):
        abort(404)
    response = Response(style_sheet(f"#{colour}"), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
