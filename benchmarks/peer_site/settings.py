"""The peer's Django project: what `startproject` makes, with its one app, set up for production.

Read by the Python of the peer's own environment only, since its package is named `survey` too.
"""

import json
import os

DEBUG = False
SECRET_KEY = "a-secret-for-benchmarks-that-is-as-long-as-django-asks-for"
ALLOWED_HOSTS = ["bench"]
ROOT_URLCONF = "urls"
DATABASES = {"default": json.loads(os.environ["PEER_DATABASE"])}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "survey",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Without DEBUG, Django keeps every template that it has read.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# Of somebody who is not signed in nothing is kept in a session; if it were, then cheaply.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
STATIC_URL = "static/"
TIME_ZONE = "UTC"
# As the app's own migrations have it.
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
