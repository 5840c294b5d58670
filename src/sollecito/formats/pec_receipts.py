"""PEC: receipts, transport envelopes and anomaly envelopes → what they say of our message.

Only the outer headers and parts count: an anomaly envelope may contain a forged receipt, and a
complete delivery receipt contains our own mail. Source: RFC 6109; DM 2 November 2005, annex.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from sollecito.domain.arrived import (
    OF_ALL_RECIPIENTS,
    PEC_RECEIPTS,
    RECEIPT_OF,
    Arrived,
    Blame,
    Kind,
    Names,
    Report,
    find_enhanced,
    sort_bounce,
)
from sollecito.domain.documents import Problem
from sollecito.domain.placeholders import clean_value
from sollecito.formats.automatic_mail import is_automatic
from sollecito.formats.mail_source import (
    ADDRESS,
    Mail,
    addresses,
    attached_message,
    header,
    headers,
    identify,
    message_ids,
    outer_parts,
    part_bytes,
    visible_text,
)
from sollecito.formats.smime import check_signature
from sollecito.formats.xml_source import (
    child_texts,
    find_local,
    local_name,
    read_xml,
    text_of,
)

KIND_OF = {
    kind.value: kind
    for kind in (
        Kind.ACCEPTANCE,
        Kind.NON_ACCEPTANCE,
        Kind.TAKEN_OVER,
        Kind.DELIVERY,
        Kind.NON_DELIVERY,
        Kind.WARNING,
        Kind.VIRUS,
    )
} | {"mancata-consegna": Kind.NON_DELIVERY}
"""``mancata-consegna`` is no value of the rules; some providers write it all the same."""
PREFIX = re.compile(
    r"\s*(ACCETTAZIONE|AVVISO DI NON ACCETTAZIONE|CONSEGNA|AVVISO DI (AVVENUTA |MANCATA )?CONSEGNA"
    r"|AVVISO DI MANCATA CONSEGNA PER VIRUS|PREAVVISO DI MANCATA CONSEGNA|PRESA IN CARICO"
    r"|PROBLEMA DI SICUREZZA|POSTA CERTIFICATA|ANOMALIA MESSAGGIO)\s*:\s*",
    re.IGNORECASE,
)
REPLY_PREFIX = re.compile(r"\s*((re|r|rif|i|fw|fwd|ris)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
ADDRESSED_TO = re.compile(
    r"(?:indirizzat[oa]|destinat[oa]|al destinatario|casella(?: di destinazione)?|addressed to)"
    r"[^@<>]{0,30}?[\"'<\s]" + f"({ADDRESS.pattern})",
    re.IGNORECASE,
)
TAMPERED = (
    "La firma del gestore non corrisponde: la ricevuta è cambiata dopo essere stata firmata, e non "
    "vale. Guarda l'originale, e aspetta quella vera."
)
MOST_RECIPIENTS = 200
MOST_SUBJECT = 1000
MOST_TEXT = 500
ANOMALY, TRANSPORT = "errore", "posta-certificata"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Dati di certificazione, as ``daticert.xml`` gives them; empty strings for what it lacks."""

    kind: str = ""
    error: str = ""
    recipients: tuple[tuple[str, bool], ...] = ()
    """Address, and whether it is a PEC mailbox."""
    provider: str = ""
    provider_id: str = ""
    message_id: str = ""
    delivered_to: str = ""
    is_complete: bool = False
    text: str = ""
    moment: str = ""


def is_pec(mail: Mail) -> bool:
    """Whether the outer headers say that a PEC provider made this envelope."""
    return bool(headers(mail, "X-Ricevuta") or headers(mail, "X-Trasporto"))


def read_pec(raw: bytes, mail: Mail) -> Arrived:
    """Read an envelope of PEC. Total: what contradicts itself is an anomaly and says nothing.

    A receipt that was changed after its provider signed it is none, and says why.
    """
    signature = check_signature(raw, mail)
    read = _read_envelope(raw, mail)
    if signature.is_broken and read.kind in PEC_RECEIPTS:
        # another identity: the true receipt may still arrive
        identity = hashlib.sha256(raw).hexdigest()
        read = replace(
            read,
            kind=Kind.TAMPERED,
            identity=identity,
            reports=(),
            text=TAMPERED,
            is_complete=False,
        )
    elif signature.is_broken and read.kind is Kind.PEC_MAIL:
        read = replace(read, kind=Kind.MAIL)
    return replace(read, signature=signature)


def _read_envelope(raw: bytes, mail: Mail) -> Arrived:
    said = {value.lower() for value in headers(mail, "X-Ricevuta")}
    transport = {value.lower() for value in headers(mail, "X-Trasporto")}
    kinds = {KIND_OF.get(value) for value in said}
    if len(kinds) == 1 and not transport and (kind := next(iter(kinds))):
        return _receipt(raw, mail, kind)
    if transport == {TRANSPORT} and not said:
        return _envelope(raw, mail)
    return _anomaly(raw, mail)


def bare_subject(subject: str) -> str:
    """A subject without what providers and replies put before it, for comparison."""
    bare, before = clean_value(subject)[:MOST_SUBJECT], ""
    while bare != before:
        before = bare
        bare = REPLY_PREFIX.sub("", PREFIX.sub("", bare, count=1), count=1)
    return bare.casefold()


def _receipt(raw: bytes, mail: Mail, kind: Kind) -> Arrived:
    certificate = find_certificate(mail)
    told = KIND_OF.get(certificate.kind, kind) if certificate else kind
    if told is not kind:
        return _anomaly(raw, mail)
    certificate = certificate or Certificate()
    own = [certificate.message_id, *message_ids(header(mail, "X-Riferimento-Message-ID"))]
    names = Names(
        message_ids=tuple(dict.fromkeys(filter(None, own))),
        provider_id=certificate.provider_id,
        answered=_answered(mail),
        subject=bare_subject(header(mail, "Subject")),
    )
    words = visible_text(mail)
    complete = certificate.is_complete or header(mail, "X-TipoRicevuta").lower() == "completa"
    return Arrived(
        kind=kind,
        identity=identify(raw, mail),
        names=names,
        reports=_reports(kind, certificate, words),
        message_id=header(mail, "Message-ID"),
        sender=next(iter(addresses(mail, "From")), ""),
        subject=header(mail, "Subject"),
        text=words,
        sent_at=header(mail, "Date"),
        is_complete=kind is Kind.DELIVERY and complete and _has_original(mail),
    )


def _reports(kind: Kind, certificate: Certificate, words: str) -> tuple[Report, ...]:
    text = clean_value(certificate.text or words)[:MOST_TEXT]
    error = "" if certificate.error == "nessuno" else certificate.error
    is_failure = kind in {Kind.NON_DELIVERY, Kind.NON_ACCEPTANCE, Kind.VIRUS}
    named = certificate.delivered_to
    if not named and kind not in OF_ALL_RECIPIENTS:
        found = ADDRESSED_TO.findall(words)
        named = found[0] if len(set(found)) == 1 else ""
    first = Report(
        receipt=RECEIPT_OF[kind],
        recipients=tuple(filter(None, [named])),
        is_of_all=kind in OF_ALL_RECIPIENTS,
        blame=_blame(kind, error, text) if is_failure else None,
        enhanced=next(iter(find_enhanced(text)), ""),
        text=text,
    )
    if kind is not Kind.ACCEPTANCE:
        return (first,)
    outside = (address for address, is_pec in certificate.recipients if not is_pec)
    return (first, *(_outside(address) for address in outside))


def _outside(address: str) -> Report:
    words = "La casella non è PEC: la ricevuta di consegna non arriverà."
    return Report(receipt=None, recipients=(address,), text=words, is_outside_pec=True)


def _blame(kind: Kind, error: str, text: str) -> Blame:
    """A mailbox that the provider does not know is dead; the rest says nothing of the address."""
    if kind is not Kind.NON_DELIVERY or error == "virus":
        return Blame.OURS
    if error in {"no-dest", "no-dominio"}:
        return Blame.HARD
    return sort_bounce(text=text)


def _has_original(mail: Mail) -> bool:
    return any(part.get_content_type() == "message/rfc822" for part in outer_parts(mail))


def _envelope(raw: bytes, mail: Mail) -> Arrived:
    """A mail that somebody sent by PEC: who, what and to which of ours it answers."""
    inner = _inner(mail)
    writer = inner if inner is not None else mail
    sender = addresses(writer, "From") if inner is not None else addresses(mail, "Reply-To")
    answered = [*_answered(writer), *_answered(mail)]
    arrived = _read_writer(raw, mail, writer, Kind.PEC_MAIL, answered)
    return replace(arrived, sender=next(iter(sender or addresses(mail, "Reply-To")), ""))


def _anomaly(raw: bytes, mail: Mail) -> Arrived:
    """No receipt, whatever lies in it; a person may have answered from a mailbox without PEC."""
    inner = _inner(mail)
    writer = inner if inner is not None else mail
    is_answer = inner is not None and not is_pec(inner) and not is_automatic(inner)
    return _read_writer(raw, mail, writer, Kind.ANOMALY, _answered(writer) if is_answer else ())


def _inner(mail: Mail) -> Mail | None:
    for part in outer_parts(mail):
        if part.get_content_type() == "message/rfc822" and (found := attached_message(part)):
            return found
    return None


def _read_writer(
    raw: bytes, mail: Mail, writer: Mail, kind: Kind, answered: Iterable[str]
) -> Arrived:
    subject = header(writer, "Subject") or header(mail, "Subject")
    return Arrived(
        kind=kind,
        identity=identify(raw, mail),
        names=Names(answered=tuple(dict.fromkeys(answered)), subject=bare_subject(subject)),
        message_id=header(mail, "Message-ID"),
        sender=next(iter(addresses(writer, "From")), ""),
        subject=subject,
        text=visible_text(writer),
        sent_at=header(mail, "Date"),
    )


def _answered(mail: Mail) -> tuple[str, ...]:
    return message_ids(f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}")


def find_certificate(mail: Mail) -> Certificate | None:
    """The certificate among the outer parts; ``None`` without one, or where it is hostile."""
    for part in outer_parts(mail):
        if (part.get_filename() or "").lower() == "daticert.xml":
            source = read_xml(part_bytes(part))
            if isinstance(source, Problem) or local_name(source.root) != "postacert":
                return None
            return _certificate(source.root)
    return None


def _certificate(root: etree._Element) -> Certificate:
    heading, data = find_local(root, "intestazione"), find_local(root, "dati")
    said = child_texts(data) if data is not None else {}
    receipt = find_local(data, "ricevuta") if data is not None else None
    return Certificate(
        kind=root.get("tipo", "").strip().lower(),
        error=root.get("errore", "").strip().lower(),
        recipients=_recipients(heading),
        provider=clean_value(said.get("gestore-emittente", ""))[:200],
        provider_id=clean_value(said.get("identificativo", ""))[:250],
        message_id=next(iter(message_ids(said.get("msgid", ""))), ""),
        delivered_to=_address(said.get("consegna", "")),
        is_complete=receipt is not None and receipt.get("tipo", "").lower() == "completa",
        text=clean_value(said.get("errore-esteso", ""))[:MOST_TEXT],
        moment=_moment(data),
    )


def _recipients(heading: etree._Element | None) -> tuple[tuple[str, bool], ...]:
    if heading is None:
        return ()
    found = [
        (_address(text_of(each)), each.get("tipo", "").strip().lower() != "esterno")
        for each in heading
        if local_name(each) == "destinatari"
    ]
    return tuple(each for each in found if each[0])[:MOST_RECIPIENTS]


def _address(text: str) -> str:
    match = ADDRESS.search(text)
    return match[0] if match else ""


def _moment(data: etree._Element | None) -> str:
    """``data``: day dd/mm/yyyy, hour and zone, as ISO 8601; empty where it cannot be read."""
    found = find_local(data, "data") if data is not None else None
    if found is None:
        return ""
    said = child_texts(found)
    words = f"{said.get('giorno', '')} {said.get('ora', '')} {found.get('zona', '')}"
    try:
        return datetime.strptime(words, "%d/%m/%Y %H:%M:%S %z").isoformat()
    except ValueError:
        return ""
