"""What the firm writes on its invoices: lines that add up to the net, to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sollecito.domain.money import to_cents
from sollecito.sample.documents import SampleDocument
from sollecito.sample.draws import generator

QUANTITIES = (2, 4, 5, 10)
SHARES = (Decimal("0.35"), Decimal("0.25"))
WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "TD24": (
        ("Gruppo frigorifero condensato ad aria CF-12", "PZ"),
        ("Evaporatore ventilato per cella EV-3", "PZ"),
        ("Tubo rame isolato 3/8 in rotolo", "M"),
        ("Gas refrigerante R32 in bombola", "KG"),
        ("Valvola termostatica VT-40", "PZ"),
    ),
    "A": (
        ("Fornitura di climatizzatore a due sezioni VF-9000", "PZ"),
        ("Installazione, collegamenti e prova di tenuta", "ORE"),
        ("Canalizzazione coibentata e staffaggio", "M"),
        ("Quadro elettrico di comando", "PZ"),
        ("Messa in servizio e dichiarazione di conformità", "PZ"),
    ),
    "M": (
        ("Canone di manutenzione dell'impianto centralizzato", "PZ"),
        ("Intervento su chiamata del tecnico", "ORE"),
        ("Sostituzione filtri e pulizia batterie", "PZ"),
    ),
    "PA": (
        ("Manutenzione programmata degli impianti di climatizzazione", "PZ"),
        ("Sanificazione delle unità interne", "PZ"),
        ("Ricambi e materiali di consumo", "PZ"),
    ),
    "E": (
        ("Condensing unit CU-20", "PCS"),
        ("Cold room evaporator EV-5", "PCS"),
        ("Electronic control board CB-2", "PCS"),
    ),
    "P": (
        ("Progetto esecutivo dell'impianto di climatizzazione", "PZ"),
        ("Calcolo dei carichi termici e relazione tecnica", "PZ"),
    ),
    "AF": (("Noleggio di camera climatica di prova", "PZ"),),
    "TD02": (("Acconto alla conferma d'ordine", "PZ"),),
    "TD04": (("Storno per merce resa e differenza di prezzo", "PZ"),),
    "TD05": (("Addebito spese bancarie per effetto tornato insoluto", "PZ"),),
    "PF": (("Fornitura e posa di impianto come da ordine", "PZ"),),
    "R": (("Intervento a domicilio", "PZ"),),
}


@dataclass(frozen=True, slots=True)
class Goods:
    """Riga: ``total`` is quantity times unit price, exactly."""

    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    total: Decimal


def goods_of(document: SampleDocument) -> list[Goods]:
    """Return the lines of a document; a final invoice has its advance as a negative last line."""
    words = WORDS.get(document.type_code) or WORDS[document.series]
    rng = generator(f"lines/{document.label}")
    gross = document.amounts.net + document.deducted
    chosen = rng.sample(words, min(len(words), rng.randint(1, 3)))
    lines: list[Goods] = []
    left = gross
    for (description, unit), share in zip(chosen[:-1], SHARES, strict=False):
        line = _priced(description, unit, to_cents(gross * share), rng.choice(QUANTITIES))
        lines.append(line)
        left -= line.total
    lines.append(_priced(*chosen[-1], left, 1))
    if document.deducted:
        lines.append(_priced("A dedurre: acconto già fatturato", "PZ", -document.deducted, 1))
    return lines


def _priced(description: str, unit: str, about: Decimal, quantity: int) -> Goods:
    price = to_cents(about / quantity)
    return Goods(description, Decimal(quantity), unit, price, price * quantity)
