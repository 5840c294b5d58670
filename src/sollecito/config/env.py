"""What the environment says, read once. Nothing else in the product reads ``os.environ``."""

from __future__ import annotations

import gettext
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent


class BadEnvironmentError(Exception):
    """A variable has a value that cannot be used; the message names it and says what to write."""


def default_home() -> Path:
    """The platform's user data directory, as cli documentation promises."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "sollecito"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "sollecito"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "sollecito"


def use_demo_home() -> None:
    """Give the sample company a folder of its own, unless one is named: real data stay apart."""
    os.environ.setdefault("SOLLECITO_HOME", str(default_home().with_name("sollecito-demo")))


def chosen_language() -> str:
    """Italian, or English where the locale says so (POSIX: the first of the three that is set)."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, names), "").lower().startswith("en") else "it"


def speak_to_click(language: str) -> None:
    """Let click, which asks the standard library's gettext, find its words in ``language``."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", PACKAGE / "cli" / "locale")
    gettext.textdomain("click")


def make_home(home: Path) -> Path:
    """Make the folder of the data where it is not there yet."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadEnvironmentError(
            f"La cartella {home} non si può creare ({error.strerror}): scegline una in cui si può "
            "scrivere con SOLLECITO_HOME."
        ) from error
    return home


def whole_number(name: str, default: int) -> int:
    """Return a positive whole number from the environment."""
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise BadEnvironmentError(f"{name}={text}: serve un numero intero maggiore di zero.")
    return int(text)


def limit(name: str) -> int | None:
    """Return a rate from the environment; none where nothing is written."""
    return whole_number(name, 0) or None


def web_address(name: str) -> str:
    """Return an address of the web from the environment, without a slash at its end."""
    text = os.environ.get(name, "").rstrip("/")
    parts = urlsplit(text)
    if text and not (parts.scheme in {"https", "http"} and parts.hostname):
        raise BadEnvironmentError(f"{name}={text}: serve un indirizzo come https://nome.it.")
    return text


@dataclass(frozen=True, slots=True)
class Environment:
    """The product's configuration, from ``SOLLECITO_*`` and ``DATABASE_URL``."""

    home: Path
    database_url: str
    smtp_url: str
    smtp_from: str
    smtp_rates: tuple[int | None, int | None, int | None]
    smtp_connections: int
    bounce_address: str
    bounce_imap_url: str
    name_server: str
    lease_seconds: int
    reply_seconds: int
    retry_seconds: int
    poll_seconds: int
    hosts: tuple[str, ...]
    public_url: str
    debug: bool
    secure_cookies: bool
    language: str


def read_environment() -> Environment:
    """Read the environment; raise BadEnvironmentError with a sentence for a person."""
    home = os.environ.get("SOLLECITO_HOME")
    return Environment(
        home=Path(home).expanduser().resolve() if home else default_home(),
        database_url=os.environ.get("DATABASE_URL", ""),
        smtp_url=os.environ.get("SOLLECITO_SMTP_URL", ""),
        smtp_from=os.environ.get("SOLLECITO_SMTP_FROM", ""),
        smtp_rates=(
            limit("SOLLECITO_SMTP_PER_MINUTE"),
            limit("SOLLECITO_SMTP_PER_HOUR"),
            limit("SOLLECITO_SMTP_PER_DAY"),
        ),
        smtp_connections=whole_number("SOLLECITO_SMTP_CONNECTIONS", 4),
        bounce_address=os.environ.get("SOLLECITO_BOUNCE_ADDRESS", ""),
        bounce_imap_url=os.environ.get("SOLLECITO_BOUNCE_IMAP_URL", ""),
        name_server=os.environ.get("SOLLECITO_DNS_SERVER", ""),
        lease_seconds=whole_number("SOLLECITO_LEASE_SECONDS", 60),
        reply_seconds=whole_number("SOLLECITO_REPLY_SECONDS", 600),
        retry_seconds=whole_number("SOLLECITO_RETRY_SECONDS", 300),
        poll_seconds=whole_number("SOLLECITO_POLL_SECONDS", 60),
        hosts=tuple(filter(None, os.environ.get("SOLLECITO_HOSTS", "").split(","))),
        public_url=web_address("SOLLECITO_PUBLIC_URL"),
        debug=os.environ.get("SOLLECITO_DEBUG", "") == "1",
        secure_cookies=os.environ.get("SOLLECITO_HTTPS", "") == "1",
        language=chosen_language(),
    )


PREPARED: dict[str, Any] = {"prepare_threshold": 5}
"""Statements that ask to be prepared are: without it Django has psycopg plan each of them anew."""


def database_settings(env: Environment) -> dict[str, Any]:
    """Django's DATABASES["default"]: PostgreSQL by DATABASE_URL, else SQLite under the home."""
    if not env.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.home / "sollecito.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-65536;"
                ),
            },
        }
    url = urlsplit(env.database_url)
    if url.scheme not in {"postgresql", "postgres"}:
        raise BadEnvironmentError(
            "DATABASE_URL: serve un indirizzo postgresql://utente:password@host:porta/database."
        )
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", "") or unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 600,
        "OPTIONS": query | PREPARED,
    }


def read_key(path: Path) -> str:
    """Return the secret kept in ``path``, making it (mode 600) the first time.

    The keys live outside the database, so that a copy of the one does not carry the other.
    """
    if not path.exists():
        make_home(path.parent)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
