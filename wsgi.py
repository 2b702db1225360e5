"""The WSGI entry point, for gunicorn and every other server."""

from survey.app import create_app

app = create_app()
