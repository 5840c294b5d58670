"""Words of a cell that mean one of our codes: kinds, means of payment, states, languages."""

from __future__ import annotations

import re

from sollecito.domain.documents import DocumentKind
from sollecito.formats.sheets.columns import normalise_header

_KINDS: dict[DocumentKind, str] = {
    DocumentKind.INVOICE: "fattura, ft, fatt, fattura immediata, fattura differita, fattura"
    " accompagnatoria, fattura cartacea, nota di debito, nd, invoice, debit note, fattura di"
    " vendita, fattura vendita, fattura cliente, fattura acconto, fattura di acconto",
    DocumentKind.E_INVOICE: "fattura elettronica, fe, fattura pa, fattura elettronica pa, fattpa,"
    " e invoice, electronic invoice, td01, td02, td05, td07, td09, td24, td25, td26",
    DocumentKind.FEE_NOTE: "parcella, parc, nota onorari, notula, fee note",
    DocumentKind.E_FEE_NOTE: "parcella elettronica, td03, td06, electronic fee note",
    DocumentKind.PRO_FORMA: "proforma, pro forma, fattura proforma, fattura pro forma, avviso di"
    " parcella, preavviso di parcella, avviso di fattura, preavviso di fattura, progetto di"
    " parcella, pf",
    DocumentKind.RECEIPT: "ricevuta, ricevuta fiscale, ric, rf, scontrino, receipt, ricevuta non"
    " fiscale",
    DocumentKind.CREDIT_NOTE: "nota di credito, nota credito, nc, nota accredito, nota di"
    " accredito, credit note, td04, td08, nota di variazione, nota di credito elettronica",
}
KINDS = {normalise_header(w): kind for kind, ws in _KINDS.items() for w in ws.split(",")}
_METHODS: dict[str, str] = {
    "MP01": "contanti, contante, cassa, cash, in contanti, rimessa diretta contanti",
    "MP02": "assegno, assegno bancario, cheque, check",
    "MP03": "assegno circolare",
    "MP05": "bonifico, bonifico bancario, bb, bank transfer, wire transfer, transfer, sepa",
    "MP08": "carta, carta di credito, carta di pagamento, bancomat, pos, card, credit card",
    "MP09": "rid",
    "MP12": "riba, ricevuta bancaria, ri ba, rb",
    "MP13": "mav",
    "MP18": "bollettino, bollettino postale, ccp",
    "MP19": "sdd, sepa direct debit, addebito diretto, sepa sdd",
    "MP20": "sdd core, sepa core",
    "MP21": "sdd b2b, sepa b2b",
    "MP22": "compensazione, trattenuta, trattenuta su somme gia riscosse",
    "MP23": "pagopa",
}
METHODS = {normalise_header(w): code for code, ws in _METHODS.items() for w in ws.split(",")}
_PAID = (
    *("pagata", "pagato", "incassata", "incassato", "saldata", "saldato", "chiusa", "chiuso"),
    *("paid", "collected", "settled", "closed", "si", "x", "true", "vero", "yes", "riscossa"),
    *("completamente incassata", "totalmente incassata", "riscosso"),
)
_OPEN = (
    *("aperta", "aperto", "non incassata", "non pagata", "da incassare", "da pagare", "scaduta"),
    *("non pagato", "non incassato", "insoluta", "insoluto", "unpaid", "open", "overdue", "due"),
    *("no", "false", "falso", "da saldare", "in scadenza", "non scaduta", "non saldata"),
    *("non saldato", "attesa", "in attesa"),
)
PAID = frozenset(map(normalise_header, _PAID))
OPEN = frozenset(map(normalise_header, _OPEN))
_LANGUAGES = {"it": "it", "ita": "it", "italiano": "it", "italian": "it", "en": "en"}
_LANGUAGES |= {"eng": "en", "inglese": "en", "english": "en", "gb": "en", "uk": "en"}
_PAYMENT_CODE = re.compile(r"(?i)mp(0[1-9]|1\d|2[0-3])\b.*")


def parse_kind(text: str) -> DocumentKind | None:
    """Kind of document; empty is a ``fattura``; ``None`` where the word is unknown."""
    if not text.strip():
        return DocumentKind.INVOICE
    name = normalise_header(text)
    by_value = {normalise_header(kind.value): kind for kind in DocumentKind}
    if name in by_value:
        return by_value[name]
    return KINDS.get(name) or KINDS.get(name[:4] if name.startswith("td") else name)


def parse_method(text: str) -> str:
    """Code MPxx of a means of payment, from the code itself or a word; empty where unknown."""
    if _PAYMENT_CODE.fullmatch(text.strip()):
        return text.strip()[:4].upper()
    name = normalise_header(text)
    if name in METHODS:
        return METHODS[name]
    known = [word for word in METHODS if len(word) >= len("riba") and name.startswith(word)]
    return METHODS[max(known, key=len)] if known else ""


def is_footer(text: str) -> bool:
    """Whether the place of a number says that the row is a sum: ``Totale``, ``Saldo``."""
    return normalise_header(text).startswith(("total", "subtotal", "somma", "saldo"))


def is_paid(text: str) -> bool | None:
    """Whether a state says paid; ``None`` where it says neither paid nor open."""
    name = normalise_header(text)
    if name in PAID:
        return True
    return False if name in OPEN else None


def parse_language(text: str) -> str:
    """``it`` or ``en``; empty where unknown."""
    return _LANGUAGES.get(normalise_header(text), "")
