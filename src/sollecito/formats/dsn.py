"""Mail that came back: delivery status reports (RFC 3464) and bounces in words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import HeaderParser

from sollecito.domain.arrived import (
    Arrived,
    Blame,
    Kind,
    Names,
    Report,
    find_code,
    find_enhanced,
    sort_bounce,
)
from sollecito.domain.placeholders import clean_value
from sollecito.domain.transitions import Receipt
from sollecito.formats.mail_source import (
    ADDRESS,
    MESSAGE_ID,
    Mail,
    addresses,
    attached_message,
    header,
    headers,
    identify,
    message_ids,
    outer_parts,
    part_text,
    strip_tags,
)

DAEMON = re.compile(
    r"(mailer-?daemon|post[-_]?master|mail-?daemon|mdaemon|mail\.?delivery|mailadmin|bounces?|mmdf"
    r"|uucp|smtp-?server|postoffice|daemon)[\w.+-]*@|^mailer-daemon$",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"undeliver|returned (mail|to sender)|return(ed)? mail"
    r"|delivery (status )?(notification|report)"
    r"|(delivery|mail|message).{0,25}(fail|error|problem|delayed|rejected)"
    r"|fail\w* (notice|delivery)|failure notice|could not be delivered|not delivered"
    r"|non[- ](remis|deliverable)|nondeliverable"
    r"|mail system error|unzustellbar|non recapitat|non recapitabil|mancat[oa] (recapito|consegna)"
    r"|impossibile (recapitare|consegnare)|recapito non riuscito|errore di consegna"
    r"|notifica (sullo stato )?di (mancato )?recapito|(delayed|warning).{0,20}(mail|message)",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delay|still being retried|warning|will (be )?retr|ritard|sar\w+ ritentat"
    r"|temporar\w+ (problem|fail)",
    re.IGNORECASE,
)
COPY = re.compile(
    r"^[^\w\n]{0,40}(below this line is a copy|this is a copy of|original message|returned message"
    r"|unsent message|message (header|text|body) (follows|suppressed)"
    r"|(the |included is a copy of the )?(original )?message headers?(:| |$)"
    r"|the header of the original message|below is a copy of the original"
    r"|copy of (the|your) message"
    r"|original message (follows|headers)|included is a copy|messaggio originale"
    r"|intestazioni (del messaggio )?originali?|--- ?original)",
    re.IGNORECASE | re.MULTILINE,
)
HEADERS = re.compile(
    r"^(received|return-path|message-id|x-[\w-]+|dkim-signature):", re.IGNORECASE | re.MULTILINE
)
COPIED_ID = re.compile(
    rf"^message-id:[ \t]*\n?[ \t]*({MESSAGE_ID.pattern})", re.IGNORECASE | re.MULTILINE
)
RECEIPTS = {
    "failed": Receipt.BOUNCED,
    "delayed": Receipt.DELAYED,
    "delivered": Receipt.DELIVERED,
    "relayed": Receipt.SEEN,
    "expanded": Receipt.SEEN,
}
"""What a message learns from each action of RFC 3464 2.3.3."""
MOST_REPORTS = 100
MOST_STATUS = 200_000
MOST_TEXT = 500
NOT_DELIVERED = frozenset({Receipt.BOUNCED, Receipt.DELAYED})


def read_dsn(raw: bytes, mail: Mail) -> Arrived | None:
    """Read a report or a bounce in words; ``None`` when the mail is neither."""
    status = _status_part(mail)
    looks = _looks_returned(mail)
    if status is None and not looks:
        return None
    words = _words(mail)
    notice, copy = _split(words)
    reports = _of_status(status, notice) if status is not None else ()
    reports = reports or _of_words(mail, notice)
    if status is None and not reports:
        return None
    return Arrived(
        kind=Kind.BOUNCE,
        identity=identify(raw, mail),
        names=_names(mail, copy),
        reports=reports,
        message_id=header(mail, "Message-ID"),
        sender=next(iter(addresses(mail, "From")), ""),
        subject=header(mail, "Subject"),
        text=notice[:5000],
        sent_at=header(mail, "Date"),
    )


def _status_part(mail: Mail) -> Mail | None:
    kinds = {"message/delivery-status", "message/global-delivery-status"}
    return next((p for p in outer_parts(mail) if p.get_content_type() in kinds), None)


def _looks_returned(mail: Mail) -> bool:
    """Made by a mail server rather than by a person: two signs, or one that only servers give."""
    if headers(mail, "X-Failed-Recipients") or headers(mail, "X-MS-Embedded-Report"):
        return True
    if mail.get_content_type() == "multipart/report":
        return mail.get_param("report-type") == "delivery-status"
    written = " ".join([header(mail, "From"), header(mail, "Sender")])
    signs = [
        bool(DAEMON.search(written)),
        bool(SUBJECT.search(header(mail, "Subject"))),
        any(value in {"<>", ""} for value in headers(mail, "Return-Path")),
        header(mail, "Auto-Submitted").lower().startswith("auto-") and "(failure)" in _auto(mail),
    ]
    return sum(signs) > 1


def _auto(mail: Mail) -> str:
    return header(mail, "Auto-Submitted").lower()


def _of_status(status: Mail, notice: str) -> tuple[Report, ...]:
    groups = _groups(status)
    reports = [_report(group, notice) for group in groups if _is_about_somebody(group)]
    return tuple(reports[:MOST_REPORTS])


def _groups(status: Mail) -> list[Mail]:
    """The blocks of fields, however the parser handed them over."""
    inside = status.get_payload()
    if isinstance(inside, list) and status.get_content_type() == "message/delivery-status":
        return [each for each in inside if isinstance(each, Message)]
    inner = attached_message(status)
    text = inner.as_string() if isinstance(inside, list) and inner else part_text(status)
    blocks = text[:MOST_STATUS].replace("\r\n", "\n").split("\n\n")
    return [HeaderParser().parsestr(block.strip("\n")) for block in blocks if block.strip()]


def _is_about_somebody(group: Mail) -> bool:
    return any(group.get(name) for name in ("Final-Recipient", "Original-Recipient", "Action"))


def _report(group: Mail, notice: str) -> Report:
    named = [_typed(header(group, name)) for name in ("Original-Recipient", "Final-Recipient")]
    named += [_typed(value) for value in headers(group, "X-Actual-Recipient")]
    action = header(group, "Action").split(" ")[0].split(";")[0].strip().lower()
    diagnostic = _typed_text(header(group, "Diagnostic-Code"))
    enhanced = next(iter(find_enhanced(header(group, "Status"))), "")
    recipients = tuple(dict.fromkeys(filter(None, named)))
    words = diagnostic or _passage(notice, recipients)
    receipt = RECEIPTS.get(action)
    if receipt is None:
        receipt = Receipt.DELAYED if enhanced.startswith("4.") else Receipt.BOUNCED
        receipt = Receipt.SEEN if enhanced.startswith("2.") else receipt
    return _failed(receipt, recipients, enhanced, words)


def _failed(receipt: Receipt, recipients: Sequence[str], enhanced: str, words: str) -> Report:
    words = words[:4000]
    text, code = clean_value(words), find_code(words)
    own = next((c for c in find_enhanced(words) if not c.endswith(".0.0")), "")
    if not enhanced or enhanced.endswith(".0.0"):
        enhanced = own or enhanced
    blame = None
    if receipt is Receipt.DELAYED:
        blame = Blame.SOFT
    elif receipt is Receipt.BOUNCED:
        blame = sort_bounce(enhanced=enhanced, code=code, text=text)
    return Report(
        receipt=receipt,
        recipients=tuple(recipients),
        blame=blame,
        enhanced=enhanced,
        code=code,
        text=text[:MOST_TEXT],
        may_be_forwarded=receipt is not Receipt.DELIVERED,
    )


def _typed(value: str) -> str:
    """``rfc822; user@example.it`` → the address; also without a type, or in brackets."""
    match = ADDRESS.search(value.partition(";")[2] or value)
    return match[0] if match else ""


def _typed_text(value: str) -> str:
    kind, semicolon, text = value.partition(";")
    return text.strip() if semicolon and " " not in kind.strip() else value


def _words(mail: Mail) -> str:
    """Everything that the outer mail says in words, the copy of ours included where it is text."""
    texts, pages = [], []
    for part in outer_parts(mail):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/rfc822-headers"} or part.get_content_maintype() == "":
            if kind == "text/plain":
                texts.append(part_text(part))
        elif kind == "text/html":
            pages.append(strip_tags(part_text(part)))
    return "\n\n".join(filter(str.strip, texts)) or "\n\n".join(pages)


def _split(words: str) -> tuple[str, str]:
    """The notice, and the copy of our mail that some servers put after it as plain text."""
    marks = [match.start() for match in (COPY.search(words, 1), HEADERS.search(words, 1)) if match]
    at = min(marks, default=len(words))
    return words[:at], words[at:]


def _of_words(mail: Mail, notice: str) -> tuple[Report, ...]:
    """One report for each address that the notice names, ourselves and the servers left out."""
    failed = [a for value in headers(mail, "X-Failed-Recipients") for a in ADDRESS.findall(value)]
    ours = {each.lower() for name in ("To", "From", "Sender") for each in addresses(mail, name)}
    found = dict.fromkeys(failed or ADDRESS.findall(notice))
    named = [
        each for each in found if failed or (each.lower() not in ours and not DAEMON.search(each))
    ]
    subject = header(mail, "Subject")
    is_late = DELAYED.search(subject) and not re.search(r"fail|undeliver", subject, re.IGNORECASE)
    receipt = Receipt.DELAYED if is_late else Receipt.BOUNCED
    if not named:
        return (_failed(receipt, (), "", notice),) if notice.strip() else ()
    return tuple(
        _failed(receipt, (address,), "", _passage(notice, [address], named))
        for address in named[:MOST_REPORTS]
    )


def _passage(notice: str, recipients: Iterable[str], others: Sequence[str] = ()) -> str:
    """What the notice says of one address: from its name to the next address or the end."""
    for address in recipients:
        at = notice.find(address)
        if at < 0:
            continue
        rest = notice[at:]
        ends = [rest.find(other, 1) for other in others if other != address]
        end = min((e for e in ends if e > len(address)), default=len(rest))
        passage = rest[len(address) : end].lstrip("> :,\n")
        if find_code(passage) or find_enhanced(passage) or len(passage.split()) > 2:  # noqa: PLR2004  more than a name
            return passage[:2000]
    return notice[:4000]


def _names(mail: Mail, copy: str) -> Names:
    """Message-IDs of the mail that came back: attached, in words, or answered to."""
    found: list[str] = []
    subject = ""
    for part in outer_parts(mail):
        inner = None
        if part.get_content_type() in {"message/rfc822", "message/global"}:
            inner = attached_message(part)
        elif part.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
            copy += "\n" + part_text(part)
        if inner is not None:
            found += message_ids(header(inner, "Message-ID"))
            subject = subject or header(inner, "Subject")
    found += COPIED_ID.findall(copy)
    answered = f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}"
    return Names(
        message_ids=tuple(dict.fromkeys(found)),
        answered=message_ids(answered),
        subject=clean_value(subject),
    )
