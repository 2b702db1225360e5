"""Settings from the environment, checked at the start: a wrong one stops it and is named.

`docs/settings.md` describes each for the operator; a test holds the two together.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from babel import localedata
from environs import Env, EnvError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from survey.foundation.languages import CATALOGUE, translated_in
from survey.post.office import open_office

SHORTEST_KEY = 32
FASTEST = 1_000_000
MOST_PROXIES = 10


class SettingError(Exception):
    """One line for the operator: which setting, what is wrong, what would be right."""


@dataclass(frozen=True)
class Config:
    """All settings, as the rest of the code uses them."""

    database_url: str
    queue_url: str
    secret_keys: tuple[str, ...]
    data_key: str
    public_url: str
    mail_url: str
    mail_from: str
    mail_connections: int = 2
    mail_per_connection: int = 500
    mail_per_minute: int = 3000
    mail_per_minute_and_system: int = 1800
    mail_returned: str = ""
    translations: str = ""
    trusted_proxies: int = 0
    demo: bool = False

    @classmethod
    def from_environment(cls) -> "Config":
        """Read and check every `SURVEY_…` variable.

        Raises:
            SettingError: the first one that is wrong or missing.
        """
        env = Env(prefix="SURVEY_")
        try:
            database = _database_url(env.str("DATABASE_URL", "sqlite:///instance/survey.db"))
            return cls(
                database_url=database,
                queue_url=env.str("QUEUE_URL", "") or _queue_beside(database),
                secret_keys=_secret_keys(env.str("SECRET_KEY")),
                data_key=_key("DATA_KEY", env.str("DATA_KEY")),
                public_url=_public_url(env.str("PUBLIC_URL")),
                mail_url=_mail_url(env.str("MAIL_URL")),
                mail_from=_mail_from(env.str("MAIL_FROM")),
                mail_connections=_whole(env, "MAIL_CONNECTIONS", cls.mail_connections, 50),
                mail_per_connection=_whole(env, "MAIL_PER_CONNECTION", cls.mail_per_connection),
                mail_per_minute=_whole(env, "MAIL_PER_MINUTE", cls.mail_per_minute),
                mail_per_minute_and_system=_whole(
                    env, "MAIL_PER_MINUTE_AND_SYSTEM", cls.mail_per_minute_and_system
                ),
                mail_returned=_mail_returned(env.str("MAIL_RETURNED", "")),
                translations=_translations(env.str("TRANSLATIONS", "")),
                trusted_proxies=_whole(
                    env, "TRUSTED_PROXIES", cls.trusted_proxies, MOST_PROXIES, least=0
                ),
                demo=env.bool("DEMO", False),
            )
        except EnvError as error:
            raise SettingError(str(error)) from None

    def for_flask(self) -> dict[str, object]:
        """What the rooms find in `current_app.config`."""
        return {
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SURVEY_QUEUE_URL": self.queue_url,
            "SURVEY_PUBLIC_URL": self.public_url,
            "SURVEY_MAIL_URL": self.mail_url,
            "SURVEY_MAIL_FROM": self.mail_from,
            "SURVEY_MAIL_CONNECTIONS": self.mail_connections,
            "SURVEY_MAIL_PER_CONNECTION": self.mail_per_connection,
            "SURVEY_MAIL_PER_MINUTE": self.mail_per_minute,
            "SURVEY_MAIL_PER_MINUTE_AND_SYSTEM": self.mail_per_minute_and_system,
            "SURVEY_MAIL_RETURNED": self.mail_returned,
            "SURVEY_DEMO": self.demo,
        }


def _secret_keys(value: str) -> tuple[str, ...]:
    return tuple(_key("SECRET_KEY", one.strip()) for one in value.split(","))


def _key(name: str, value: str) -> str:
    if len(value) < SHORTEST_KEY:
        raise SettingError(
            f"SURVEY_{name}: at least {SHORTEST_KEY} characters, "
            'such as `python3 -c "import secrets; print(secrets.token_urlsafe(32))"` gives'
        )
    return value


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise SettingError("SURVEY_DATABASE_URL: not an address of a database") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        if not url.database or url.database == ":memory:":
            raise SettingError(
                "SURVEY_DATABASE_URL: SQLite needs a file, such as sqlite:///survey.db"
            )
        url = url.set(database=str(Path(url.database).absolute()))
    elif url.drivername != "postgresql+psycopg":
        raise SettingError("SURVEY_DATABASE_URL: sqlite:///FILE or postgresql://USER@HOST/NAME")
    return url.render_as_string(hide_password=False)


def _queue_beside(database_url: str) -> str:
    url = make_url(database_url)
    if url.drivername == "sqlite":
        return f"sqlite:///{Path(str(url.database)).with_name('queue.db')}"
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingError("SURVEY_PUBLIC_URL: where people reach this, as https://HOST[/PATH]")
    return value.rstrip("/")


def _mail_url(value: str) -> str:
    try:
        open_office(value)
    except ValueError as error:
        raise SettingError(f"SURVEY_MAIL_URL: {error}") from None
    return value


def _mail_returned(value: str) -> str:
    if value and not (value.startswith("maildir:") and value != "maildir:"):
        raise SettingError("SURVEY_MAIL_RETURNED: maildir:PATH, or nothing")
    return value


def _translations(value: str) -> str:
    if not value:
        return ""
    found = translated_in(Path(value))
    unknown = [language for language in found if not localedata.exists(language)]
    if unknown or not found or ";" in value:
        named = f"; {unknown[0]} is no language known" if unknown else ""
        raise SettingError(
            f"SURVEY_TRANSLATIONS: a folder with LANGUAGE/{CATALOGUE}, or nothing{named}"
        )
    return str(Path(value).absolute())


def _whole(env: Env, name: str, usual: int, most: int = FASTEST, *, least: int = 1) -> int:
    value = env.int(name, usual)
    if not least <= value <= most:
        raise SettingError(f"SURVEY_{name}: a whole number from {least} to {most}")
    return value


def _mail_from(value: str) -> str:
    if value.count("@") != 1 or any(c.isspace() for c in value) or not all(value.split("@")):
        raise SettingError("SURVEY_MAIL_FROM: one e-mail address, such as survey@example.org")
    return value
