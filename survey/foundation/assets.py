"""The style sheet and the frame of every page."""

from flask import Blueprint

assets = Blueprint(
    "foundation",
    __name__,
    template_folder="pages",
    static_folder="pages/static",
    static_url_path="/static",
)
