"""What the DNS says of a sender's domain: SPF, DKIM, DMARC."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesHeaderParser
from re import search

from django.conf import settings

from sollecito.channels.name_server import NoNameServerError, look_up_txt
from sollecito.domain.mail_providers import BY_CODE
from sollecito.domain.sender_records import (
    Finding,
    judge_dkim,
    judge_dmarc,
    judge_spf,
    organisational_domain,
)
from sollecito.outbox.models import Sender

NOT_FROM_HERE = "non verificabile da qui"


@dataclass(frozen=True, slots=True)
class Signature:
    """Firma DKIM of a mail: for which domain, with which key."""

    domain: str
    selector: str


def look_up_records(sender: Sender, arrived: bytes | None) -> dict[str, Finding]:
    """Findings by name; ``arrived`` is the test mail as it came back, which shows the signature.

    Nothing is raised: what cannot be asked is "non verificabile da qui".
    """
    domain = sender.from_address.rpartition("@")[2].lower()
    # SPF is asked of the envelope's domain (RFC 7208 2.4): returns may have one of their own
    returns = sender.bounce_address.rpartition("@")[2].lower() or domain
    provider = BY_CODE.get(sender.provider)
    try:
        records = _of_domain(domain)
        if returns != domain:
            records = _of_domain(returns)
        return {
            "spf": judge_spf(returns, records, provider.spf_include if provider else ""),
            "dkim": _look_up_dkim(domain, provider.dkim_selectors if provider else (), arrived),
            "dmarc": _look_up_dmarc(domain),
        }
    except NoNameServerError as error:
        return {
            name: Finding(
                is_ok=None,
                message=f"{name.upper()}: {NOT_FROM_HERE}.",
                hint="Serve un server DNS raggiungibile da questa macchina.",
                words=str(error),
            )
            for name in ("spf", "dkim", "dmarc")
        }


def _of_domain(domain: str) -> list[str]:
    """A domain that writes mail exists: a resolver that does not know it knows nothing."""
    records = look_up_txt(domain, server=settings.NAME_SERVER)
    if records is None:
        raise NoNameServerError(f"il DNS di questa macchina non conosce {domain}")
    return records


def read_signature(arrived: bytes) -> Signature | None:
    """The first DKIM signature of a mail (RFC 6376, 3.5)."""
    text = str(BytesHeaderParser().parsebytes(arrived).get("DKIM-Signature", ""))
    domain, selector = search(r"\bd=\s*([^;\s]+)", text), search(r"\bs=\s*([^;\s]+)", text)
    return Signature(domain[1].lower(), selector[1]) if domain and selector else None


def _look_up_dkim(domain: str, selectors: tuple[str, ...], arrived: bytes | None) -> Finding:
    signature = read_signature(arrived) if arrived else None
    if signature:
        return judge_dkim(signature.selector, _ask(f"{signature.selector}._domainkey", signature))
    for selector in selectors:
        if found := _ask(f"{selector}._domainkey", Signature(domain, selector)):
            return judge_dkim(selector, found)
    return Finding(
        is_ok=None,
        message=f"DKIM: {NOT_FROM_HERE}.",
        hint=(
            "La mail di prova non porta una firma, perché è rimasta sul tuo server, e il nome "
            "della chiave non si conosce: guarda nel pannello del gestore che DKIM sia attivo."
        ),
    )


def _look_up_dmarc(domain: str) -> Finding:
    """Of the domain itself, else of the registered one (RFC 7489, 6.6.3)."""
    for name in dict.fromkeys((domain, organisational_domain(domain))):
        if found := _ask("_dmarc", Signature(name, "")):
            return judge_dmarc(name, found)
    return judge_dmarc(domain, [])


def _ask(label: str, signature: Signature) -> list[str]:
    return look_up_txt(f"{label}.{signature.domain}", server=settings.NAME_SERVER) or []
