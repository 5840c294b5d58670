"""Code lists of FatturaPA, and what they mean for who has to be paid.

Source: technical specifications 1.9.1, schema 1.2.3 (TD29 and RF20 included).
"""

from __future__ import annotations

from sollecito.domain.documents import DocumentKind

KIND_OF_TYPE: dict[str, DocumentKind] = {
    "TD01": DocumentKind.E_INVOICE,
    "TD02": DocumentKind.E_INVOICE,
    "TD03": DocumentKind.E_FEE_NOTE,
    "TD04": DocumentKind.CREDIT_NOTE,
    "TD05": DocumentKind.E_INVOICE,
    "TD06": DocumentKind.E_FEE_NOTE,
    "TD07": DocumentKind.E_INVOICE,
    "TD08": DocumentKind.CREDIT_NOTE,
    "TD09": DocumentKind.E_INVOICE,
    "TD24": DocumentKind.E_INVOICE,
    "TD25": DocumentKind.E_INVOICE,
    "TD26": DocumentKind.E_INVOICE,
}

NAME_OF_TYPE: dict[str, str] = {
    "TD01": "Fattura",
    "TD02": "Acconto su fattura",
    "TD03": "Acconto su parcella",
    "TD04": "Nota di credito",
    "TD05": "Nota di debito",
    "TD06": "Parcella",
    "TD07": "Fattura semplificata",
    "TD08": "Nota di credito semplificata",
    "TD09": "Nota di debito semplificata",
    "TD16": "Integrazione per reverse charge interno",
    "TD17": "Integrazione per servizi dall'estero",
    "TD18": "Integrazione per acquisti intracomunitari",
    "TD19": "Integrazione ex art. 17 c. 2 DPR 633/72",
    "TD20": "Autofattura per regolarizzazione",
    "TD21": "Autofattura per splafonamento",
    "TD22": "Estrazione di beni da deposito IVA",
    "TD23": "Estrazione di beni da deposito IVA con versamento",
    "TD24": "Fattura differita (lett. a)",
    "TD25": "Fattura differita (lett. b)",
    "TD26": "Cessione di beni ammortizzabili o passaggi interni",
    "TD27": "Autoconsumo o cessioni gratuite",
    "TD28": "Acquisti da San Marino con IVA",
    "TD29": "Comunicazione di omessa o irregolare fatturazione",
}

SELF_DOCUMENTS = frozenset(NAME_OF_TYPE) - frozenset(KIND_OF_TYPE)
"""Written by the buyer to itself or to the tax office: nobody owes them."""

NAME_OF_METHOD: dict[str, str] = {
    "MP01": "Contanti",
    "MP02": "Assegno",
    "MP03": "Assegno circolare",
    "MP04": "Contanti presso Tesoreria",
    "MP05": "Bonifico",
    "MP06": "Vaglia cambiario",
    "MP07": "Bollettino bancario",
    "MP08": "Carta di pagamento",
    "MP09": "RID",
    "MP10": "RID utenze",
    "MP11": "RID veloce",
    "MP12": "RiBa",
    "MP13": "MAV",
    "MP14": "Quietanza erario",
    "MP15": "Giroconto su conti di contabilità speciale",
    "MP16": "Domiciliazione bancaria",
    "MP17": "Domiciliazione postale",
    "MP18": "Bollettino di c/c postale",
    "MP19": "SEPA Direct Debit",
    "MP20": "SEPA Direct Debit CORE",
    "MP21": "SEPA Direct Debit B2B",
    "MP22": "Trattenuta su somme già riscosse",
    "MP23": "PagoPA",
}

COLLECTED_BY_CREDITOR = frozenset({"MP12", "MP13", "MP16", "MP17", "MP19", "MP20", "MP21"})
"""RiBa, MAV, direct debits: the creditor presents them; enter the ledger with a hold."""

PAID_AT_ISSUE = frozenset({"MP01", "MP08"})
"""Cash and card: often collected on the spot; the user is asked (never assumed)."""

NEVER_REMINDED = frozenset({"MP22"})


def describe_set_aside(type_code: str) -> str:
    """Reason, in Italian, for which a document of this type is not a receivable."""
    name = NAME_OF_TYPE.get(type_code, "")
    return f"{type_code} ({name}): documento per sé stessi, nessun cliente lo deve pagare"
