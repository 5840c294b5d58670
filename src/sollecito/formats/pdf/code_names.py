"""Codes of FatturaPA in words, for people. Source: technical specifications 1.9.1, schema 1.2.3."""

from __future__ import annotations

NAME_OF_NATURE = {
    "N1": "Escluse ex art. 15 DPR 633/72",
    "N2": "Non soggette",
    "N2.1": "Non soggette ad IVA, artt. da 7 a 7-septies DPR 633/72",
    "N2.2": "Non soggette, altri casi",
    "N3": "Non imponibili",
    "N3.1": "Non imponibili, esportazioni",
    "N3.2": "Non imponibili, cessioni intracomunitarie",
    "N3.3": "Non imponibili, cessioni verso San Marino",
    "N3.4": "Non imponibili, operazioni assimilate alle esportazioni",
    "N3.5": "Non imponibili, dichiarazioni d'intento",
    "N3.6": "Non imponibili, altre operazioni",
    "N4": "Esenti",
    "N5": "Regime del margine / IVA non esposta",
    "N6": "Inversione contabile",
    "N6.1": "Inversione contabile, rottami",
    "N6.2": "Inversione contabile, oro e argento",
    "N6.3": "Inversione contabile, subappalto edile",
    "N6.4": "Inversione contabile, fabbricati",
    "N6.5": "Inversione contabile, telefoni cellulari",
    "N6.6": "Inversione contabile, prodotti elettronici",
    "N6.7": "Inversione contabile, comparto edile",
    "N6.8": "Inversione contabile, settore energetico",
    "N6.9": "Inversione contabile, altri casi",
    "N7": "IVA assolta in altro Stato UE",
}
NAME_OF_WITHHOLDING = {
    "RT01": "Ritenuta d'acconto",
    "RT02": "Ritenuta d'acconto",
    "RT03": "Contributo INPS",
    "RT04": "Contributo ENASARCO",
    "RT05": "Contributo ENPAM",
    "RT06": "Altro contributo previdenziale",
}
NAME_OF_FUND = {
    "TC01": "Cassa Avvocati",
    "TC02": "Cassa Dottori Commercialisti",
    "TC03": "Cassa Geometri",
    "TC04": "Inarcassa (ingegneri e architetti)",
    "TC05": "Cassa Notariato",
    "TC06": "Cassa Ragionieri e Periti Commerciali",
    "TC07": "ENASARCO",
    "TC08": "ENPACL (consulenti del lavoro)",
    "TC09": "ENPAM (medici)",
    "TC10": "ENPAF (farmacisti)",
    "TC11": "ENPAV (veterinari)",
    "TC12": "ENPAIA (agricoltura)",
    "TC13": "Fondo imprese di spedizione",
    "TC14": "INPGI (giornalisti)",
    "TC15": "ONAOSI",
    "TC16": "CASAGIT",
    "TC17": "EPPI (periti industriali)",
    "TC18": "EPAP",
    "TC19": "ENPAB (biologi)",
    "TC20": "ENPAPI (professioni infermieristiche)",
    "TC21": "ENPAP (psicologi)",
    "TC22": "INPS gestione separata",
}
NAME_OF_CONDITION = {
    "TP01": "a rate",
    "TP02": "in unica soluzione",
    "TP03": "anticipo, già pagato",
}
NAME_OF_CHARGEABILITY = {
    "I": "immediata",
    "D": "differita",
    "S": "scissione dei pagamenti",
}
NAME_OF_REFERENCE = {
    "order": "Ordine",
    "contract": "Contratto",
    "agreement": "Convenzione",
    "reception": "Ricezione",
    "invoice": "Documento collegato",
    "delivery_note": "DDT",
}
