"""What single occasions need: statements, formal notices, promises, plans, takings, agents."""

from __future__ import annotations

from sollecito.domain.placeholders.shapes import Duty, Family, Placeholder, Shape

EVENTS = (
    Placeholder(
        "saldo.totale",
        "tutto l'aperto del cliente, crediti tolti",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.770,00 €",
        "EUR 3,770.00",
        family=Family.STATEMENT,
    ),
    Placeholder(
        "saldo.scaduto",
        "di cui scaduto",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.160,00 €",
        "EUR 3,160.00",
        family=Family.STATEMENT,
    ),
    Placeholder(
        "saldo.a_scadere",
        "di cui a scadere",
        Shape.VALUE,
        Duty.ALWAYS,
        "610,00 €",
        "EUR 610.00",
        family=Family.STATEMENT,
    ),
    Placeholder(
        "totale.dovuto",
        "capitale, interessi e indennizzo",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.252,22 €",
        "EUR 3,252.22",
        family=Family.FORMAL,
    ),
    Placeholder(
        "totale.dettaglio",
        "le voci del totale, una per riga",
        Shape.BLOCK,
        Duty.ALWAYS,
        (
            "Capitale: 3.160,00 €\n"
            "Interessi di mora al 17/04/2026: 12,22 €\n"
            "Indennizzo forfettario (art. 6 D.Lgs. 231/2002): 80,00 €"
        ),
        (
            "Principal: EUR 3,160.00\n"
            "Late-payment interest to 17 April 2026: EUR 12.22\n"
            "Fixed compensation (art. 6, Legislative Decree 231/2002): EUR 80.00"
        ),
        family=Family.FORMAL,
    ),
    Placeholder(
        "interessi.dettaglio",
        "calcolo riga per riga: da, a, giorni, tasso, base, interesse",
        Shape.BLOCK,
        Duty.OPTIONAL,
        "01/04/2026 - 17/04/2026, 17 giorni, 10,15%, 720,00 €: 3,40 €",
        "1 April 2026 - 17 April 2026, 17 days, 10.15%, EUR 720.00: EUR 3.40",
        family=Family.FORMAL,
    ),
    Placeholder(
        "promessa.data",
        "data promessa",
        Shape.VALUE,
        Duty.ALWAYS,
        "15/04/2026",
        "15 April 2026",
        family=Family.PROMISE,
    ),
    Placeholder(
        "promessa.importo",
        "importo promesso e non ancora ricevuto",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.160,00 €",
        "EUR 3,160.00",
        family=Family.PROMISE,
    ),
    Placeholder(
        "piano.totale",
        "importo del piano",
        Shape.VALUE,
        Duty.ALWAYS,
        "3.160,00 €",
        "EUR 3,160.00",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.numero_rate",
        "quante rate",
        Shape.VALUE,
        Duty.ALWAYS,
        "4",
        "4",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.rate",
        "elenco delle rate con data e importo",
        Shape.BLOCK,
        Duty.ALWAYS,
        (
            "1 di 4: 30/04/2026, 790,00 €\n"
            "2 di 4: 29/05/2026, 790,00 €\n"
            "3 di 4: 30/06/2026, 790,00 €\n"
            "4 di 4: 31/07/2026, 790,00 €"
        ),
        (
            "1 of 4: 30 April 2026, EUR 790.00\n"
            "2 of 4: 29 May 2026, EUR 790.00\n"
            "3 of 4: 30 June 2026, EUR 790.00\n"
            "4 of 4: 31 July 2026, EUR 790.00"
        ),
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.prima_data",
        "data della prima rata",
        Shape.VALUE,
        Duty.ALWAYS,
        "30/04/2026",
        "30 April 2026",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.prima_importo",
        "importo della prima rata",
        Shape.VALUE,
        Duty.ALWAYS,
        "790,00 €",
        "EUR 790.00",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.ultima_data",
        "data dell'ultima rata",
        Shape.VALUE,
        Duty.ALWAYS,
        "31/07/2026",
        "31 July 2026",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.tolleranza",
        "giorni oltre i quali il piano decade",
        Shape.VALUE,
        Duty.ALWAYS,
        "5 giorni",
        "5 days",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.rata_numero",
        "quale rata",
        Shape.VALUE,
        Duty.ALWAYS,
        "2 di 4",
        "2 of 4",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.rata_data",
        "la sua data",
        Shape.VALUE,
        Duty.ALWAYS,
        "29/05/2026",
        "29 May 2026",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.rata_importo",
        "il suo importo ancora da pagare",
        Shape.VALUE,
        Duty.ALWAYS,
        "790,00 €",
        "EUR 790.00",
        family=Family.PLAN,
    ),
    Placeholder(
        "piano.residuo",
        "quanto manca alla fine del piano",
        Shape.VALUE,
        Duty.ALWAYS,
        "2.370,00 €",
        "EUR 2,370.00",
        family=Family.PLAN,
    ),
    Placeholder(
        "nota.piano_interessi",
        "se il piano comprende interessi",
        Shape.LINE,
        Duty.OPTIONAL,
        "Il totale comprende interessi per 12,22 €.",
        "The total includes interest of EUR 12.22.",
        family=Family.PLAN,
    ),
    Placeholder(
        "incasso.importo",
        "quanto è arrivato",
        Shape.VALUE,
        Duty.ALWAYS,
        "2.440,00 €",
        "EUR 2,440.00",
        family=Family.TAKINGS,
    ),
    Placeholder(
        "incasso.data",
        "quando",
        Shape.VALUE,
        Duty.ALWAYS,
        "16/04/2026",
        "16 April 2026",
        family=Family.TAKINGS,
    ),
    Placeholder(
        "incasso.documenti",
        "su che cosa è stato registrato",
        Shape.VALUE,
        Duty.ALWAYS,
        "fattura 131/A del 05/03/2026 (saldo)",
        "invoice 131/A of 5 March 2026 (paid in full)",
        family=Family.TAKINGS,
    ),
    Placeholder(
        "nota.residuo",
        "che cosa resta di quei documenti",
        Shape.LINE,
        Duty.OPTIONAL,
        "Restano da pagare 720,00 € sulla fattura 124/A.",
        "EUR 720.00 remain due on invoice 124/A.",
        family=Family.TAKINGS,
    ),
    Placeholder(
        "effetto.tipo",
        "RiBa, addebito SDD, assegno",
        Shape.VALUE,
        Duty.ALWAYS,
        "RiBa",
        "bank collection (RiBa)",
        family=Family.RETURNED,
    ),
    Placeholder(
        "effetto.scadenza",
        "scadenza dell'effetto",
        Shape.VALUE,
        Duty.ALWAYS,
        "31/03/2026",
        "31 March 2026",
        family=Family.RETURNED,
    ),
    Placeholder(
        "nota.effetto_spese",
        "spese bancarie di ritorno, se l'azienda le chiede",
        Shape.LINE,
        Duty.OPTIONAL,
        "All'importo si aggiungono 8,00 € di spese bancarie di ritorno.",
        "Bank return charges of EUR 8.00 are to be added.",
        family=Family.RETURNED,
    ),
    Placeholder(
        "pa.riferimenti",
        (
            "codice univoco ufficio, CIG, CUP, ordine, identificativo SdI e data di "
            "consegna, per documento"
        ),
        Shape.BLOCK,
        Duty.OPTIONAL,
        (
            "Fattura 7/PA: CUU ABC123, CIG Z000000001, identificativo SdI 123456789, "
            "consegnata il 02/03/2026"
        ),
        (
            "Invoice 7/PA: office code ABC123, CIG Z000000001, SdI identifier 123456789, "
            "delivered on 2 March 2026"
        ),
        family=Family.PUBLIC,
    ),
    Placeholder(
        "nota.sdi",
        "dov'è l'originale elettronico",
        Shape.LINE,
        Duty.OPTIONAL,
        "L'originale è stato consegnato dal Sistema di Interscambio il 01/03/2026.",
        "The original e-invoice was delivered through the Italian SdI on 1 March 2026.",
    ),
    Placeholder(
        "agente.elenco",
        "clienti dell'agente con scaduto, giorni, ultimo contatto",
        Shape.BLOCK,
        Duty.ALWAYS,
        (
            "Officine Ferrobrando & Figli S.n.c.: 3.160,00 €, da 17 giorni, sollecitato il "
            "13/04/2026"
        ),
        ("Officine Ferrobrando & Figli S.n.c.: EUR 3,160.00, 17 days, reminded on 13 April 2026"),
        family=Family.AGENT,
    ),
    Placeholder(
        "agente.totale",
        "somma dello scaduto dei suoi clienti",
        Shape.VALUE,
        Duty.ALWAYS,
        "12.408,00 €",
        "EUR 12,408.00",
        family=Family.AGENT,
    ),
    Placeholder(
        "agente.data_sollecito",
        "giorno in cui parte il primo sollecito",
        Shape.VALUE,
        Duty.ALWAYS,
        "20/04/2026",
        "20 April 2026",
        family=Family.FOREWARNING,
    ),
    Placeholder(
        "agente.a_chi",
        "il cliente, o quanti clienti, con la preposizione",
        Shape.VALUE,
        Duty.ALWAYS,
        "a Officine Ferrobrando & Figli S.n.c.",
        "to Officine Ferrobrando & Figli S.n.c.",
        family=Family.FOREWARNING,
    ),
    Placeholder(
        "agente.clienti",
        "i suoi clienti a cui si scrive per la prima volta",
        Shape.BLOCK,
        Duty.ALWAYS,
        "Officine Ferrobrando & Figli S.n.c.",
        "Officine Ferrobrando & Figli S.n.c.",
        family=Family.FOREWARNING,
    ),
)
