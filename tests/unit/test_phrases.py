"""The words of a reminder, to the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sollecito.domain.documents import Address, DocumentKind, Reference
from sollecito.domain.placeholders import PLACEHOLDERS, SUBJECT_LIMIT, render, render_subject
from sollecito.domain.wording import (
    Account,
    Collection,
    Credit,
    Creditor,
    Debtor,
    Enclosures,
    Exclusion,
    Item,
    MixedCurrenciesError,
    Occasion,
    PlanAgreed,
    PlanRate,
    PromiseMade,
    ReminderFacts,
    StatementTotals,
    TakingPart,
    Takings,
    Writer,
    make_wording,
)
from sollecito.domain.wording.naming import payment_reason
from sollecito.dunning.texts import default_text

ACCOUNT = Account(
    "IT18Z9999099990000000000101",
    "Ventofresco Impianti S.r.l.",
    "Banca di Prova",
    "PROVIT2XXXX",
)
FACTOR = Account("IT60X0542811101000000123456", "Factor di Prova S.p.A.", is_assignee=True)
OTHER = Account("IT60X0542811101000000123456", "Ventofresco Impianti S.r.l.")
FIRST = Item(
    DocumentKind.E_INVOICE,
    "124/A",
    date(2026, 2, 28),
    date(2026, 3, 31),
    Decimal("1220.00"),
    Decimal("720.00"),
    paid=Decimal("500.00"),
    seq=2,
    of=3,
    account=ACCOUNT,
)
SECOND = Item(
    DocumentKind.E_INVOICE,
    "131/A",
    date(2026, 3, 5),
    date(2026, 4, 4),
    Decimal("2440.00"),
    Decimal("2440.00"),
    account=ACCOUNT,
)
FACTS = ReminderFacts(
    creditor=Creditor(
        "Ventofresco Impianti S.r.l.",
        "Ventofresco",
        "99900010473",
        address=Address("Via dei Collaudi 12", "51100", "Pistoia", "PT", "IT"),
        pec="ventofresco@pec.example",
        representative="Paola Ventura, legale rappresentante",
    ),
    writer=Writer(
        "amministrazione@ventofresco.example",
        "Giulia Neri",
        "Amministrazione clienti",
        "0573 999 0101",
    ),
    debtor=Debtor(
        "Officine Ferrobrando & Figli S.n.c.",
        "dott.ssa Bianchi",
        "IT",
        "99900030471",
        address=Address("Via del Maglio 3", "51030", "Serravalle Pistoiese", "PT", "IT"),
    ),
    items=(SECOND, FIRST),
    today=date(2026, 4, 17),
    takings_until=date(2026, 4, 16),
    pay_by=date(2026, 4, 24),
)
PARTITE = """\
Fattura 124/A del 28/02/2026, rata 2 di 3
  scadenza 31/03/2026 (17 giorni), importo 1.220,00 €, già pagato 500,00 €, da pagare 720,00 €
Fattura 131/A del 05/03/2026
  scadenza 04/04/2026 (13 giorni), importo 2.440,00 €, da pagare 2.440,00 €
Totale da pagare: 3.160,00 €"""
PARTITE_EN = """\
Invoice 124/A of 28 February 2026, instalment 2 of 3
  due 31 March 2026 (17 days), amount EUR 1,220.00, paid EUR 500.00, to pay EUR 720.00
Invoice 131/A of 5 March 2026
  due 4 April 2026 (13 days), amount EUR 2,440.00, to pay EUR 2,440.00
Total to pay: EUR 3,160.00"""
FIRST_REMINDER = f"""\
Buongiorno dott.ssa Bianchi,
al 16/04/2026 non ci risulta il pagamento di 3.160,00 €, scaduto tra il 31/03/2026 e il 04/04/2026 \
(fattura 124/A del 28/02/2026 e un altro documento).
Bonifico su IBAN IT18 Z999 9099 9900 0000 0000 101, intestato a Ventofresco Impianti S.r.l. \
(Banca di Prova). Causale: fatture 124/A e 131/A del 2026.

{PARTITE}

Se il pagamento è già partito, questo messaggio si può ignorare.
Altrimenti chiedo la cortesia di dirmi quando è previsto: basta rispondere a questa e-mail o \
chiamarmi al 0573 999 0101.

Cordiali saluti
Giulia Neri
Amministrazione clienti, Ventofresco Impianti S.r.l.
tel. 0573 999 0101 - amministrazione@ventofresco.example"""
PASTED = """\
Buongiorno,
vi preghiamo di saldare le partite scadute:
%Partita
Importo da saldare: %Importo
Cordiali Saluti"""
PLAN_DAYS = (date(2026, 4, 30), date(2026, 5, 29), date(2026, 6, 30), date(2026, 7, 31))
RATE = Decimal("790.00")
OCCASION = Occasion(
    totals=StatementTotals(Decimal("3160.00"), Decimal("610.00")),
    promise=PromiseMade(date(2026, 4, 15), Decimal("3160.00")),
    plan=PlanAgreed(
        tuple(PlanRate(n, day, RATE, RATE) for n, day in enumerate(PLAN_DAYS, start=1)),
        tolerance_days=5,
        speaks_of=2,
    ),
    bank_fee=Decimal("8.00"),
    takings=Takings(
        Decimal("2440.00"),
        date(2026, 4, 16),
        "EUR",
        (
            TakingPart(SECOND, Decimal("2440.00"), Decimal(0)),
            TakingPart(FIRST, Decimal(0), Decimal("720.00")),
        ),
    ),
)
BUILT_LATER = {
    "azienda.rappresentante",
    "destinatario.mezzo",
    "totale.dovuto",
    "totale.dettaglio",
    "interessi.dettaglio",
    "nota.piano_interessi",
    "nota.protocollo",
    "nota.interessi",
}


def values_of(**changes: Any) -> dict[str, str]:
    return make_wording(replace(FACTS, **changes)).values


def paying(*items: Item, **changes: Any) -> str:
    return values_of(items=items, **changes)["come_pagare"]


def test_the_first_reminder_to_the_letter() -> None:
    wording = make_wording(FACTS)
    model = default_text("sollecito_1")
    assert render(model.text, wording.values).text == FIRST_REMINDER
    subject = render_subject(model.subject, wording.values, wording.shorter)
    assert subject.text == (
        "Pagamento non ancora ricevuto: fattura 124/A del 28/02/2026 e un altro documento"
    )


def test_the_pasted_text_to_the_letter() -> None:
    assert render(PASTED, make_wording(FACTS).values).text == (
        "Buongiorno,\nvi preghiamo di saldare le partite scadute:\n"
        f"{PARTITE}\nImporto da saldare: 3.160,00 €\nCordiali Saluti"
    )


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_samples_of_the_registry_are_what_the_facts_give(language: str) -> None:
    contact = "Ms Bianchi" if language == "en" else "dott.ssa Bianchi"
    role = "Accounts receivable" if language == "en" else "Amministrazione clienti"
    values = values_of(
        language=language,
        debtor=replace(FACTS.debtor, contact=contact),
        writer=replace(FACTS.writer, role=role),
        upcoming=(
            Item(
                DocumentKind.E_INVOICE,
                "140/A",
                date(2026, 3, 27),
                date(2026, 4, 26),
                Decimal("610.00"),
                Decimal("610.00"),
            ),
        ),
        credits=(
            Credit(Decimal("120.00"), date(2026, 3, 10), DocumentKind.CREDIT_NOTE, number="4/A"),
        ),
        exclusions=(Exclusion(DocumentKind.E_INVOICE, "98/A", date(2026, 1, 9)),),
        earlier_dates=(date(2026, 4, 13), date(2026, 4, 7)),
        items=(
            replace(FIRST, withheld=Decimal("200.00"), collection=Collection.RIBA),
            SECOND,
        ),
        occasion=OCCASION,
        enclosures=Enclosures(courtesy_copies=2),
        consequence="messa_in_mora",
        link="https://crediti.ventofresco.example/d/Qm3fT9vKx2LrB8sYw1ZnHc",
        agent_name="Davide Corsi",
        agent_phone="0573 999 0120",
    )
    checked = set(values) - BUILT_LATER
    assert len(checked) == 66
    for name in checked - {"nota.sdi", "pa.riferimenti"}:
        sample = PLACEHOLDERS[name]
        assert values[name] == (sample.sample_en if language == "en" else sample.sample_it), name


def test_items_in_both_languages() -> None:
    assert values_of()["partite"] == PARTITE
    assert values_of(language="en")["partite"] == PARTITE_EN


def test_columns_without_values_disappear() -> None:
    table = make_wording(replace(FACTS, items=(SECOND,), today=date(2026, 4, 1))).table
    assert table.headers == ("Documento", "Data", "Scadenza", "Importo", "Da pagare")
    assert table.rows[0].cells == (
        "Fattura 131/A",
        "05/03/2026",
        "04/04/2026",
        "2.440,00 €",
        "2.440,00 €",
    )
    assert table.figures == {3, 4}
    assert len(make_wording(FACTS).table.headers) == 8


def test_references_stand_under_their_document() -> None:
    references = (
        Reference("order", "4500012345", cig="Z000000001"),
        Reference("delivery_note", "88", date(2026, 2, 12)),
        Reference("invoice", "3"),
    )
    table = make_wording(replace(FACTS, items=(replace(SECOND, references=references),))).table
    assert table.text.splitlines()[1] == (
        "  rif. ordine 4500012345, CIG Z000000001, DDT 88 del 12/02/2026"
    )
    assert table.rows[0].note == "ordine 4500012345, CIG Z000000001, DDT 88 del 12/02/2026"


def test_more_than_twenty_rows_refer_to_the_attachment() -> None:
    items = tuple(
        replace(SECOND, number=str(n), document_date=date(2026, 3, 1)) for n in range(100, 123)
    )
    wording = make_wording(replace(FACTS, items=items))
    assert wording.needs_list
    lines = wording.table.text.splitlines()
    assert len(lines) == 42
    assert lines[-2] == "e altre 3: l'elenco completo è in allegato"
    assert lines[-1] == "Totale da pagare: 56.120,00 €"
    assert not make_wording(replace(FACTS, items=items[:20])).needs_list


def test_two_currencies_never_share_a_message() -> None:
    with pytest.raises(MixedCurrenciesError):
        make_wording(replace(FACTS, items=(FIRST, replace(SECOND, currency="USD"))))


def test_a_document_is_named_with_its_instalments() -> None:
    assert values_of(items=(FIRST,))["documenti"] == "fattura 124/A del 28/02/2026, rata 2 di 3"
    both = (FIRST, replace(FIRST, seq=3, due_date=date(2026, 4, 30)))
    assert values_of(items=both)["documenti"] == "fattura 124/A del 28/02/2026, rate 2 e 3 di 3"
    many = (*both, SECOND, replace(SECOND, number="140", series="A"))
    assert values_of(items=many)["documenti"] == "fattura 124/A del 28/02/2026 e altri 2 documenti"


def test_a_pro_forma_is_called_so() -> None:
    values = values_of(items=(replace(SECOND, kind=DocumentKind.PRO_FORMA, number="9"),))
    assert values["documenti"] == "proforma 9 del 05/03/2026"
    assert values["partite"].startswith("Proforma 9 del 05/03/2026\n")


def test_one_due_date_and_one_delay() -> None:
    values = values_of(items=(SECOND,))
    assert (values["scadenza.frase"], values["ritardo.frase"]) == ("il 04/04/2026", "13 giorni")
    values = values_of(items=(SECOND,), language="en", today=date(2026, 4, 5))
    assert (values["scadenza.frase"], values["ritardo.frase"]) == ("on 4 April 2026", "1 day")


def test_two_accounts_give_a_line_each() -> None:
    assert paying(FIRST, replace(SECOND, account=OTHER)) == (
        "Per 124/A (720,00 €): bonifico su IBAN IT18 Z999 9099 9900 0000 0000 101, intestato a "
        "Ventofresco Impianti S.r.l. (Banca di Prova).\n"
        "Per 131/A (2.440,00 €): bonifico su IBAN IT60 X054 2811 1010 0000 0123 456, intestato a "
        "Ventofresco Impianti S.r.l."
    )


def test_an_assigned_credit_names_the_assignee_only() -> None:
    assert paying(replace(SECOND, account=FACTOR)).startswith(
        "Il credito è stato ceduto: bonifico solo su IBAN IT60 X054 2811 1010 0000 0123 456, "
        "intestato a Factor di Prova S.p.A. (il cessionario)."
    )


def test_a_foreign_customer_gets_bic_and_charges() -> None:
    foreign = replace(FACTS.debtor, is_foreign=True)
    assert paying(SECOND, debtor=foreign) == (
        "Bonifico su IBAN IT18 Z999 9099 9900 0000 0000 101, BIC PROVIT2XXXX, intestato a "
        "Ventofresco Impianti S.r.l. (Banca di Prova), spese a carico dell'ordinante. "
        "Causale: fattura 131/A del 05/03/2026."
    )


def test_bank_collections_are_named_only_before_the_due_date() -> None:
    riba = replace(SECOND, collection=Collection.RIBA, collection_bank="Banca Due")
    before = date(2026, 4, 1)
    assert paying(riba, today=before) == (
        "RiBa domiciliata presso Banca Due con scadenza 04/04/2026: basta pagarla alla scadenza."
    )
    assert paying(riba).startswith("Bonifico su IBAN")
    debit = replace(SECOND, collection=Collection.SDD)
    assert paying(debit, today=before) == ("Addebito SDD in data 04/04/2026: non serve fare altro.")


def test_no_account_no_sentence() -> None:
    assert paying(replace(SECOND, account=None)) == ""


def test_a_long_payment_reason_keeps_within_140() -> None:
    items = [replace(SECOND, number=f"FT-2026-{n:06}") for n in range(30)]
    reason = payment_reason(items, "it")
    assert len(reason) <= 140
    assert reason.startswith("fatture FT-2026-000000, FT-2026-000001")
    assert reason.endswith("documenti")
    mixed = [SECOND, replace(SECOND, kind=DocumentKind.FEE_NOTE, number="7")]
    assert payment_reason(mixed, "it") == "fattura 131/A del 2026 e parcella 7 del 2026"


def test_the_signature_leaves_out_what_is_not_known() -> None:
    writer = Writer("a@b.example")
    assert values_of(writer=writer)["firma"] == "Ventofresco Impianti S.r.l.\na@b.example"
    assert values_of(writer=writer)["mittente.nome"] == "Ventofresco Impianti S.r.l."


def test_part_of_a_document_left_out() -> None:
    part = Exclusion(DocumentKind.E_INVOICE, "98", date(2026, 1, 9), "A", Decimal("300.00"))
    assert values_of(exclusions=(part,))["nota.escluse"] == (
        "Non sono compresi 300,00 € della fattura 98/A, in corso di verifica."
    )
    whole = replace(part, amount=None)
    assert values_of(exclusions=(whole, replace(whole, number="99")))["nota.escluse"] == (
        "Non sono comprese la fattura 98/A e la fattura 99/A, in corso di verifica."
    )


def test_notes_that_name_one_thing() -> None:
    values = values_of(
        earlier_dates=(date(2026, 4, 7),),
        enclosures=Enclosures(courtesy_copies=1, has_statement=True),
        items=(replace(SECOND, split_vat=Decimal("440.00"), delivered_on=date(2026, 3, 6)),),
        credits=(Credit(Decimal("50.00"), date(2026, 4, 1)),),
    )
    assert values["nota.precedenti"] == "La nostra precedente comunicazione è del 07/04/2026."
    assert values["nota.allegati"] == (
        "In allegato la copia di cortesia del documento e l'estratto conto."
    )
    assert values["nota.importo"] == (
        "L'importo è al netto dell'IVA in scissione dei pagamenti (440,00 €)."
    )
    assert values["nota.crediti"] == (
        "Risulta anche un credito di 50,00 € da abbinare (incasso del 01/04/2026)."
    )
    assert values["nota.sdi"] == (
        "L'originale è stato consegnato dal Sistema di Interscambio il 06/03/2026."
    )


def test_a_public_body_finds_its_documents() -> None:
    item = replace(
        SECOND,
        number="7/PA",
        office_code="ABC123",
        sdi_id="123456789",
        delivered_on=date(2026, 3, 2),
        references=(Reference("order", "", cig="Z000000001"),),
    )
    for language, sample in (
        ("it", PLACEHOLDERS["pa.riferimenti"].sample_it),
        ("en", PLACEHOLDERS["pa.riferimenti"].sample_en),
    ):
        assert values_of(items=(item,), language=language)["pa.riferimenti"] == sample
    assert values_of()["pa.riferimenti"] == ""


def test_names_with_line_breaks_cannot_add_lines() -> None:
    debtor = replace(FACTS.debtor, contact="Rossi\nBcc: x@y.it", name="A\r\nB")
    writer = replace(FACTS.writer, name="Anna\nBianchi")
    text = render(default_text("sollecito_1").text, values_of(debtor=debtor, writer=writer)).text
    assert text.startswith("Buongiorno Rossi Bcc: x@y.it,\n")
    assert "\nAnna Bianchi\n" in text


@pytest.mark.parametrize("reader", ["business", "private"])
def test_subjects_fit_with_the_longest_names(reader: str) -> None:
    facts = replace(
        FACTS,
        creditor=replace(FACTS.creditor, name="Società " + "A" * 72),
        items=tuple(replace(SECOND, number=f"{n:020}") for n in range(7)),
    )
    wording = make_wording(facts)
    for model in ("promemoria", "sollecito_1", "sollecito_2", "sollecito_3"):
        chosen = default_text(model, reader="private" if reader == "private" else "business")
        subject = render_subject(chosen.subject, wording.values, wording.shorter).text
        assert len(subject) <= SUBJECT_LIMIT
        assert "…" not in subject


def test_a_thank_you_names_what_came_and_what_is_left() -> None:
    parts = (
        TakingPart(FIRST, Decimal("300.00"), Decimal("420.00")),
        TakingPart(SECOND, Decimal("440.00"), Decimal("2000.00")),
    )
    takings = Takings(Decimal("740.00"), date(2026, 4, 16), "EUR", parts)
    values = values_of(occasion=Occasion(takings=takings))
    assert values["incasso.documenti"] == (
        "fattura 124/A del 28/02/2026 (acconto), fattura 131/A del 05/03/2026 (acconto)"
    )
    assert values["nota.residuo"] == (
        "Restano da pagare 420,00 € sulla fattura 124/A e 2.000,00 € sulla fattura 131/A."
    )
    english = values_of(occasion=Occasion(takings=takings), language="en")
    assert english["nota.residuo"] == (
        "EUR 420.00 remain due on invoice 124/A and EUR 2,000.00 on invoice 131/A."
    )
    assert values_of()["incasso.documenti"] == ""
