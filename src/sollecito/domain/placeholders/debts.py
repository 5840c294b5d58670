"""What is asked, and how to pay it. Samples: 17/04/2026, two overdue invoices."""

from __future__ import annotations

from sollecito.domain.placeholders.shapes import Duty, Family, Placeholder, Shape

DEBTS = (
    Placeholder(
        "partite",
        "elenco di ciò che si chiede",
        Shape.BLOCK,
        Duty.ALWAYS,
        (
            "Fattura 124/A del 28/02/2026, rata 2 di 3\n"
            "  scadenza 31/03/2026 (17 giorni), importo 1.220,00 €, già pagato 500,00 €, da "
            "pagare 720,00 €\n"
            "Fattura 131/A del 05/03/2026\n"
            "  scadenza 04/04/2026 (13 giorni), importo 2.440,00 €, da pagare 2.440,00 €\n"
            "Totale da pagare: 3.160,00 €"
        ),
        (
            "Invoice 124/A of 28 February 2026, instalment 2 of 3\n"
            "  due 31 March 2026 (17 days), amount EUR 1,220.00, paid EUR 500.00, to pay EUR "
            "720.00\n"
            "Invoice 131/A of 5 March 2026\n"
            "  due 4 April 2026 (13 days), amount EUR 2,440.00, to pay EUR 2,440.00\n"
            "Total to pay: EUR 3,160.00"
        ),
    ),
    Placeholder(
        "partite.in_scadenza",
        (
            "quello che scade nei prossimi giorni, non compreso nell’importo; comincia con "
            "il suo titolo"
        ),
        Shape.BLOCK,
        Duty.OPTIONAL,
        ("Nei prossimi giorni scade anche: fattura 140/A del 27/03/2026, 26/04/2026, 610,00 €"),
        "Falling due soon: invoice 140/A of 27 March 2026, 26 April 2026, EUR 610.00",
    ),
    Placeholder(
        "importo",
        "somma dei residui delle partite, al netto dei crediti già abbinati",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.160,00 €",
        "EUR 3,160.00",
    ),
    Placeholder(
        "documenti",
        "il documento, o il primo e quanti altri; tipo, numero con sezionale, data, rata",
        Shape.VALUE,
        Duty.ALWAYS,
        "fattura 124/A del 28/02/2026 e un altro documento",
        "invoice 124/A of 28 February 2026 and one other document",
    ),
    Placeholder(
        "documenti.elenco",
        "tutti, separati da virgole",
        Shape.VALUE,
        Duty.ALWAYS,
        "fattura 124/A del 28/02/2026, fattura 131/A del 05/03/2026",
        "invoice 124/A of 28 February 2026, invoice 131/A of 5 March 2026",
    ),
    Placeholder(
        "documento.breve",
        "per gli SMS, al massimo 16 caratteri",
        Shape.VALUE,
        Duty.ALWAYS,
        "ft 124/A +1",
        "inv 124/A +1",
    ),
    Placeholder(
        "scadenza",
        "la più vecchia delle scadenze",
        Shape.VALUE,
        Duty.ALWAYS,
        "31/03/2026",
        "31 Mar 2026",
    ),
    Placeholder(
        "scadenza.frase",
        "la scadenza, o l'intervallo, con la preposizione",
        Shape.VALUE,
        Duty.ALWAYS,
        "tra il 31/03/2026 e il 04/04/2026",
        "between 31 March and 4 April 2026",
    ),
    Placeholder(
        "ritardo.frase",
        "giorni di ritardo, o l'intervallo",
        Shape.VALUE,
        Duty.ALWAYS,
        "da 13 a 17 giorni",
        "13 to 17 days",
    ),
    Placeholder(
        "termine",
        (
            "entro quando si chiede di pagare: oggi più i giorni del livello, portato al "
            "giorno lavorativo"
        ),
        Shape.VALUE,
        Duty.ALWAYS,
        "24/04/2026",
        "24 April 2026",
    ),
    Placeholder(
        "incassi.aggiornati_al",
        (
            "ultima data fino alla quale gli incassi risultano registrati; senza altra "
            "prova, quella dell'ultimo incasso o dell'ultima importazione"
        ),
        Shape.VALUE,
        Duty.ALWAYS,
        "16/04/2026",
        "16 April 2026",
    ),
    Placeholder(
        "nota.precedenti",
        "quando si è già scritto per queste partite",
        Shape.LINE,
        Duty.OPTIONAL,
        "Le nostre precedenti comunicazioni sono del 07/04/2026 e del 13/04/2026.",
        "We wrote on 7 and 13 April 2026.",
    ),
    Placeholder(
        "nota.importo",
        "perché l'importo è diverso dal totale della fattura",
        Shape.LINE,
        Duty.OPTIONAL,
        "L'importo è al netto della ritenuta d'acconto (200,00 €).",
        "The amount is net of withholding tax (EUR 200.00).",
    ),
    Placeholder(
        "nota.crediti",
        "note di credito o incassi del cliente non ancora abbinati",
        Shape.LINE,
        Duty.OPTIONAL,
        ("Risulta anche un credito di 120,00 € da abbinare (nota di credito 4/A del 10/03/2026)."),
        ("There is also an unallocated credit of EUR 120.00 (credit note 4/A of 10 March 2026)."),
    ),
    Placeholder(
        "nota.escluse",
        "che cosa non è compreso e perché",
        Shape.LINE,
        Duty.OPTIONAL,
        "Non è compresa la fattura 98/A, in corso di verifica.",
        "Invoice 98/A, under review, is not included.",
    ),
    Placeholder(
        "nota.interessi",
        ("interessi maturati a oggi, fuori dall'importo; solo se livello e modello lo chiedono"),
        Shape.LINE,
        Duty.OPTIONAL,
        "A oggi sono maturati interessi di mora per 12,22 €, non compresi nell'importo.",
        "Late-payment interest of EUR 12.22 has accrued to date and is not included.",
        family=Family.INTEREST,
    ),
    Placeholder(
        "nota.allegati",
        "che cosa c'è in allegato",
        Shape.LINE,
        Duty.OPTIONAL,
        "In allegato la copia di cortesia dei documenti.",
        "Courtesy copies of the documents are attached.",
    ),
    Placeholder(
        "nota.link",
        "indirizzo della pagina del cliente",
        Shape.LINE,
        Duty.OPTIONAL,
        (
            "Documenti e dati per il bonifico: "
            "https://crediti.ventofresco.example/d/Qm3fT9vKx2LrB8sYw1ZnHc"
        ),
        (
            "Documents and bank details: "
            "https://crediti.ventofresco.example/d/Qm3fT9vKx2LrB8sYw1ZnHc"
        ),
    ),
    Placeholder(
        "link.breve",
        "lo stesso indirizzo, per gli SMS, al massimo 60 caratteri",
        Shape.VALUE,
        Duty.NEEDED,
        "https://crediti.ventofresco.example/d/Qm3fT9vKx2LrB8sYw1ZnHc",
        "https://crediti.ventofresco.example/d/Qm3fT9vKx2LrB8sYw1ZnHc",
    ),
    Placeholder(
        "conseguenza",
        "che cosa succede dopo il termine",
        Shape.VALUE,
        Duty.NEEDED,
        "invieremo una lettera formale di messa in mora",
        "we will send a formal notice of default",
        family=Family.LAST,
    ),
    Placeholder(
        "come_pagare",
        "frase completa secondo il modo di pagamento",
        Shape.BLOCK,
        Duty.NEEDED,
        (
            "Bonifico su IBAN IT18 Z999 9099 9900 0000 0000 101, intestato a Ventofresco "
            "Impianti S.r.l. (Banca di Prova). Causale: fatture 124/A e 131/A del 2026."
        ),
        (
            "Bank transfer to IBAN IT18 Z999 9099 9900 0000 0000 101, BIC PROVIT2XXXX, "
            "account holder Ventofresco Impianti S.r.l. (Banca di Prova). Reference: "
            "invoices 124/A and 131/A of 2026."
        ),
    ),
    Placeholder(
        "iban",
        "il solo IBAN",
        Shape.VALUE,
        Duty.NEEDED,
        "IT18 Z999 9099 9900 0000 0000 101",
        "IT18 Z999 9099 9900 0000 0000 101",
    ),
    Placeholder(
        "iban.intestatario",
        "a chi è intestato il conto, come lo conosce la banca",
        Shape.VALUE,
        Duty.NEEDED,
        "Ventofresco Impianti S.r.l.",
        "Ventofresco Impianti S.r.l.",
    ),
    Placeholder(
        "bic",
        "codice BIC",
        Shape.VALUE,
        Duty.NEEDED,
        "PROVIT2XXXX",
        "PROVIT2XXXX",
    ),
    Placeholder(
        "causale",
        "causale proposta, al massimo 140 caratteri",
        Shape.VALUE,
        Duty.ALWAYS,
        "fatture 124/A e 131/A del 2026",
        "invoices 124/A and 131/A of 2026",
    ),
)
