"""Who writes, and to whom. Samples: 17/04/2026, two overdue invoices."""

from __future__ import annotations

from sollecito.domain.placeholders.shapes import Duty, Family, Placeholder, Shape

PEOPLE = (
    Placeholder(
        "azienda.nome",
        "ragione sociale del creditore",
        Shape.VALUE,
        Duty.ALWAYS,
        "Ventofresco Impianti S.r.l.",
        "Ventofresco Impianti S.r.l.",
    ),
    Placeholder(
        "azienda.nome_breve",
        "nome per gli SMS, al massimo 20 caratteri GSM-7",
        Shape.VALUE,
        Duty.NEEDED,
        "Ventofresco",
        "Ventofresco",
    ),
    Placeholder(
        "azienda.id_fiscale",
        "partita IVA, o codice fiscale se manca",
        Shape.VALUE,
        Duty.ALWAYS,
        "P. IVA 99900010473",
        "VAT No. IT99900010473",
    ),
    Placeholder(
        "azienda.sede",
        "indirizzo su una riga",
        Shape.VALUE,
        Duty.NEEDED,
        "Via dei Collaudi 12, 51100 Pistoia (PT)",
        "Via dei Collaudi 12, 51100 Pistoia (PT), Italy",
    ),
    Placeholder(
        "azienda.pec",
        "PEC del creditore",
        Shape.VALUE,
        Duty.NEEDED,
        "ventofresco@pec.example",
        "ventofresco@pec.example",
    ),
    Placeholder(
        "azienda.rappresentante",
        "chi firma gli atti formali",
        Shape.VALUE,
        Duty.NEEDED,
        "Paola Ventura, legale rappresentante",
        "Paola Ventura, legal representative",
    ),
    Placeholder(
        "mittente.nome",
        "la persona che scrive",
        Shape.VALUE,
        Duty.NEEDED,
        "Giulia Neri",
        "Giulia Neri",
    ),
    Placeholder(
        "mittente.telefono",
        "il suo numero diretto",
        Shape.VALUE,
        Duty.NEEDED,
        "0573 999 0101",
        "+39 0573 999 0101",
    ),
    Placeholder(
        "mittente.email",
        "l'indirizzo a cui arrivano le risposte",
        Shape.VALUE,
        Duty.ALWAYS,
        "amministrazione@ventofresco.example",
        "amministrazione@ventofresco.example",
    ),
    Placeholder(
        "firma",
        "nome, ruolo, azienda, telefono, e-mail",
        Shape.BLOCK,
        Duty.NEEDED,
        (
            "Giulia Neri\n"
            "Amministrazione clienti, Ventofresco Impianti S.r.l.\n"
            "tel. 0573 999 0101 - amministrazione@ventofresco.example"
        ),
        (
            "Giulia Neri\n"
            "Accounts receivable, Ventofresco Impianti S.r.l.\n"
            "tel. +39 0573 999 0101 - amministrazione@ventofresco.example"
        ),
    ),
    Placeholder(
        "luogo",
        "luogo della lettera",
        Shape.VALUE,
        Duty.NEEDED,
        "Pistoia",
        "Pistoia",
    ),
    Placeholder(
        "oggi",
        "data del messaggio",
        Shape.VALUE,
        Duty.ALWAYS,
        "17/04/2026",
        "17 April 2026",
    ),
    Placeholder(
        "nota.protocollo",
        "numero di protocollo, se l'azienda lo usa",
        Shape.LINE,
        Duty.OPTIONAL,
        "Prot. n. 212/2026",
        "Our ref. 212/2026",
    ),
    Placeholder(
        "saluto",
        "formula di apertura con la virgola; col nome del referente se c'è",
        Shape.VALUE,
        Duty.ALWAYS,
        "Buongiorno dott.ssa Bianchi,",
        "Dear Ms Bianchi,",
    ),
    Placeholder(
        "cliente.nome",
        "denominazione o nome e cognome",
        Shape.VALUE,
        Duty.ALWAYS,
        "Officine Ferrobrando & Figli S.n.c.",
        "Officine Ferrobrando & Figli S.n.c.",
    ),
    Placeholder(
        "cliente.id_fiscale",
        "partita IVA o codice fiscale",
        Shape.VALUE,
        Duty.NEEDED,
        "P. IVA 99900030471",
        "VAT No. IT99900030471",
    ),
    Placeholder(
        "cliente.indirizzo",
        "indirizzo postale su più righe",
        Shape.BLOCK,
        Duty.NEEDED,
        ("Via del Maglio 3\n51030 Serravalle Pistoiese (PT)"),
        ("Via del Maglio 3\n51030 Serravalle Pistoiese (PT)\nItaly"),
    ),
    Placeholder(
        "destinatario.mezzo",
        "come viaggia l'atto formale",
        Shape.VALUE,
        Duty.ALWAYS,
        "a mezzo PEC all'indirizzo ferrobrando@pec.example",
        "by certified e-mail (PEC) to ferrobrando@pec.example",
        family=Family.FORMAL,
    ),
    Placeholder(
        "agente.nome",
        "agente del cliente",
        Shape.VALUE,
        Duty.NEEDED,
        "Davide Corsi",
        "Davide Corsi",
    ),
    Placeholder(
        "nota.agente",
        "a chi altro rivolgersi",
        Shape.LINE,
        Duty.OPTIONAL,
        "In alternativa si può sentire Davide Corsi, 0573 999 0120.",
        "You may also contact Davide Corsi, +39 0573 999 0120.",
    ),
)
