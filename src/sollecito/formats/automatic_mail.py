"""What a machine answered by itself (RFC 3834): it is filed and changes nothing."""

from __future__ import annotations

import re

from sollecito.formats.mail_source import Mail, header, headers

AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?(reply|response|risposta)|autoreply"
    r"|out of (the )?office"
    r"|risposta automatica|risponditore automatico|messaggio automatico|fuori (ufficio|sede)"
    r"|assen(te|za)\b|away from|abwesenheit|r[ée]ponse automatique)",
    re.IGNORECASE,
)
ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From")


def is_automatic(mail: Mail) -> bool:
    """Whether nobody wrote it: by its headers, by who sent it, else by its subject."""
    submitted = header(mail, "Auto-Submitted").lower().split(";")[0].split(" ")[0]
    if submitted not in {"", "no"} or any(headers(mail, name) for name in ROBOT_HEADERS):
        return True
    if header(mail, "Precedence").lower() in {"auto_reply", "bulk", "junk", "list"}:
        return True
    is_from_nobody = any(value in {"<>", ""} for value in headers(mail, "Return-Path"))
    return is_from_nobody or bool(AWAY.match(header(mail, "Subject")))
