"""What a domain's records say about who may write in its name: SPF, DKIM, DMARC.

RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC). Judged from the records alone: whether a mail
passes is decided by who receives it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Esito: ``is_ok`` is ``None`` where it cannot be told from here; ``hint`` is the cure."""

    is_ok: bool | None
    message: str
    hint: str = ""
    words: str = ""


def judge_spf(domain: str, records: Sequence[str], include: str = "") -> Finding:
    """SPF of a domain. ``include`` is what the provider's instructions ask for, where known."""
    found = [text for text in records if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
    if not found:
        return Finding(
            is_ok=False,
            message=f"{domain} non ha un record SPF: molti server metteranno le mail nello spam.",
            hint=f"Aggiungi al DNS un TXT «v=spf1 {_include(include)}~all».",
        )
    if len(found) > 1:
        return Finding(
            is_ok=False,
            message=f"{domain} ha {len(found)} record SPF: per chi riceve è come non averne.",
            hint="Uniscili in uno solo (RFC 7208, 4.5).",
            words=" | ".join(found),
        )
    [record] = found
    if re.search(r"\s\+?all\b", record, re.IGNORECASE):
        return Finding(
            is_ok=False,
            message="Lo SPF permette a chiunque di scrivere a nome del dominio.",
            hint="Cambia «+all» in «~all».",
            words=record,
        )
    if include and include.lower() not in record.lower() and "redirect=" not in record.lower():
        return Finding(
            is_ok=False,
            message="Lo SPF non nomina i server da cui partono queste mail.",
            hint=f"Aggiungi «include:{include}» prima di «all».",
            words=record,
        )
    return Finding(is_ok=True, message="SPF presente.", words=record)


def judge_dkim(selector: str, records: Sequence[str]) -> Finding:
    """The key that a signature names; an empty one is revoked (RFC 6376, 3.6.1)."""
    keys = [found[1] for text in records if (found := re.search(r"(?:^|;)\s*p=([^;]*)", text))]
    if any(key.strip() for key in keys):
        return Finding(is_ok=True, message=f"DKIM presente (selettore {selector}).")
    return Finding(
        is_ok=False,
        message=f"La firma DKIM nomina il selettore {selector}, che nel DNS non c'è.",
        hint="Pubblica la chiave che il gestore indica, o riattiva DKIM nel suo pannello.",
    )


def judge_dmarc(domain: str, records: Sequence[str]) -> Finding:
    """The policy of a domain."""
    found = [text for text in records if re.match(r"v=DMARC1\s*(;|$)", text, re.IGNORECASE)]
    if len(found) != 1:
        return Finding(
            is_ok=False,
            message=f"{domain} non ha un criterio DMARC."
            if not found
            else f"{domain} ha più criteri DMARC: per chi riceve è come non averne.",
            hint=f"Aggiungi al DNS un TXT per _dmarc.{domain}: «v=DMARC1; p=none».",
            words=" | ".join(found),
        )
    policy = re.search(r"\bp\s*=\s*(none|quarantine|reject)\b", found[0], re.IGNORECASE)
    if policy is None:
        return Finding(
            is_ok=False,
            message="Il criterio DMARC non dice che cosa fare.",
            hint="Aggiungi «p=none», «p=quarantine» o «p=reject».",
            words=found[0],
        )
    return Finding(is_ok=True, message=f"DMARC presente ({policy[1].lower()}).", words=found[0])


def organisational_domain(domain: str) -> str:
    """The registered domain, where DMARC is looked for last: its last two labels.

    Italian registrations are of the second level; provinces and a few others of the third
    (``comune.mi.it``) answer for themselves first.
    """
    return ".".join(domain.split(".")[-2:])


def _include(include: str) -> str:
    return f"include:{include} " if include else "mx "
