"""A year of bank movements with known truth: typos, merged, partial, fees, wrong references."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.matching import Debtor, OpenItem
from sollecito.domain.money import to_cents
from sollecito.domain.movements import Movement

FIRST = date(2026, 1, 1)
WORDS = (
    *("Alpe", "Borgo", "Cedro", "Duna", "Elmo", "Faggio", "Golfo", "Larice", "Mare", "Noce"),
    *("Olmo", "Pino", "Quercia", "Riva", "Sole", "Tiglio", "Valle", "Brezza", "Corte", "Fonte"),
    *("Marmo", "Ponte", "Rocca", "Torre", "Vigna", "Acqua", "Campo", "Isola", "Lago", "Monte"),
)
TRADES = ("Impianti", "Edilizia", "Servizi", "Trasporti", "Meccanica", "Arredi", "Legno", "Ottica")
FORMS = ("S.r.l.", "S.p.A.", "S.n.c.", "S.a.s.")
STYLES = (
    "SALDO FATTURA N. {n} DEL {d}", "FT {n}", "Ft. {n} del {d}", "saldo fatt. {n}", "FATT {n}",
    "PAGAMENTO FATTURA {n}", "fattura nr {n} vs. fornitura", "Rif. doc {n}", "FT.{n} {d}",
    "bonifico per fattura n.{n} del {d}", "INVOICE {n}", "SALDO FT{n}",
)  # fmt: skip


@dataclass(slots=True)
class Year:
    """Partite, customers and movements; ``truth`` is item → amount of each movement's place."""

    items: list[OpenItem] = field(default_factory=list)
    debtors: list[Debtor] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    truth: list[dict[int, Decimal]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def make_year(seed: int, *, items: int, movements: int) -> Year:
    """A ledger of ``items`` open instalments and ``movements`` of the bank that pay some."""
    draw = random.Random(seed)
    year = Year()
    customers = max(items // 12, 3)
    ibans: dict[int, str] = {}
    for key in range(1, customers + 1):
        ibans[key] = f"IT{draw.randrange(10, 99)}X05428{key:017d}"
        year.debtors.append(_debtor(draw, key, ibans[key]))
    for key in range(1, items + 1):
        year.items.append(_item(draw, key, draw.randrange(customers) + 1))
    _share_ibans(draw, ibans)
    left: dict[int, list[OpenItem]] = {}
    for item in year.items:
        left.setdefault(item.party, []).append(item)
    by_key = {debtor.key: debtor for debtor in year.debtors}
    parties = list(left)
    draw.shuffle(parties)
    for place in range(movements):
        party = parties[place % len(parties)]
        if not left[party] or draw.random() < 0.01:
            _stranger(draw, year, place, movements)
            continue
        day = FIRST + timedelta(days=90 + place * 270 // movements)
        _pay(draw, year, left[party], by_key[party], iban=ibans[party], day=day)
    return year


def _debtor(draw: random.Random, key: int, iban: str) -> Debtor:
    two = draw.sample(WORDS, 2)
    is_condominium = draw.random() < 0.1
    name = f"{' '.join(two)} {draw.choice(TRADES)} {key % 97} {draw.choice(FORMS)}"
    if is_condominium:
        name = f"Condominio {' '.join(two)} {key % 97}"
    if draw.random() < 0.02:
        name = f"{two[0]} {TRADES[0]} {FORMS[0]}"  # homonyms
    seen = frozenset({iban}) if draw.random() < 0.6 else frozenset()
    return Debtor(key, name, ibans=seen, is_condominium=is_condominium)


def _share_ibans(draw: random.Random, ibans: dict[int, str]) -> None:
    """One administrator in fifty pays for two customers from one account, never seen before."""
    keys = list(ibans)
    for key in draw.sample(keys, len(keys) // 50):
        ibans[key] = ibans[keys[key % len(keys)]]


def _item(draw: random.Random, key: int, party: int) -> OpenItem:
    day = FIRST + timedelta(days=draw.randrange(0, 90))
    series = draw.choice(("", "/A", "/B", "/2026", "/26"))
    number = f"{key}{series}"
    if draw.random() < 0.1:
        number = f"FPR {key}/26"
    net = Decimal(draw.randrange(3000, 900_000)) / 100
    if party % 10 == 0:
        net = Decimal(100 + party % 7 * 50)  # the same fee every month
    total = to_cents(net * Decimal("1.22"))
    withheld = to_cents(net * Decimal("0.20")) if party % 25 == 3 else Decimal(0)
    return OpenItem(
        key, party, key, number, day, day + timedelta(days=30), total, withheld=withheld
    )


def _pay(
    draw: random.Random,
    year: Year,
    open_items: list[OpenItem],
    debtor: Debtor,
    *,
    iban: str,
    day: date,
) -> None:
    kind = draw.choices(
        ("one", "several", "silent", "silent_several", "part", "fee", "withheld", "wrong"),
        (62, 14, 6, 3, 4, 4, 3, 4),
    )[0]
    count = min(draw.randrange(2, 5), len(open_items)) if "several" in kind else 1
    chosen = draw.sample(open_items, count)
    paid = {item.key: item.balance for item in chosen}
    text = _text(draw, chosen)
    if kind.startswith("silent"):
        text = draw.choice(("SALDO", "BONIFICO", "PAGAMENTO FORNITURA", ""))
    elif kind == "part":
        key = chosen[0].key
        paid = {key: to_cents(chosen[0].balance * Decimal(draw.randrange(20, 80)) / 100)}
        text = f"{draw.choice(('ACCONTO ', ''))}{text}"
    elif kind == "fee":
        paid[chosen[0].key] -= Decimal(draw.randrange(50, 600)) / 100
    elif kind == "withheld":
        text = _withhold(chosen[0], debtor, paid, text)
    elif kind == "wrong":
        other = draw.choice(open_items)
        number = draw.choice((f"{chosen[0].key}9", f"9{chosen[0].key}", other.number))
        if number == other.number and other.balance == chosen[0].balance:
            chosen, paid = [other], {other.key: other.balance}  # who pays says which (1193 c.c.)
        text = draw.choice(STYLES).format(n=number, d=f"{chosen[0].day:%d/%m/%Y}")
    for item in chosen:
        open_items.remove(item)
    year.movements.append(
        _movement(draw, debtor, sum(paid.values(), Decimal(0)), text, iban=iban, day=day)
    )
    year.truth.append(paid)
    year.kinds.append(kind)


def _withhold(item: OpenItem, debtor: Debtor, paid: dict[int, Decimal], text: str) -> str:
    if item.withheld:
        paid[item.key] -= item.withheld
    elif debtor.is_condominium:
        paid[item.key] -= to_cents(item.balance / Decimal("1.22") * Decimal("0.04"))
    else:
        paid[item.key] -= to_cents(item.balance / Decimal("1.22") * Decimal("0.11"))
        return f"BONIFICO RISTRUTTURAZIONE ART 16BIS DPR 917 {text}"
    return text


def _text(draw: random.Random, items: list[OpenItem]) -> str:
    numbers = [_spell(draw, item.number) for item in items]
    if len(numbers) == 1:
        text = draw.choice(STYLES).format(n=numbers[0], d=f"{items[0].day:%d/%m/%Y}")
    else:
        mark = draw.choice((", ", " E ", " - ", " + ", "; "))
        text = draw.choice(("SALDO FATTURE ", "FT ", "fatt. ", "Pagamento ft n. ")) + mark.join(
            numbers
        )
    return _typo(draw, text) if draw.random() < 0.08 else text


def _spell(draw: random.Random, number: str) -> str:
    spellings = (number, number, number.replace("/", ""), number.replace("/", "-"), number.lower())
    core = number.partition("/")[0]
    return draw.choice((*spellings, core)) if "FPR" not in number else draw.choice((number, core))


def _typo(draw: random.Random, text: str) -> str:
    place = draw.randrange(len(text))
    return text[:place] + draw.choice(("", text[place] * 2, "x")) + text[place + 1 :]


def _movement(
    draw: random.Random, debtor: Debtor, amount: Decimal, text: str, *, iban: str, day: date
) -> Movement:
    name = debtor.name
    style = draw.random()
    if style < 0.1:
        name = _typo(draw, name)
    elif style < 0.25:
        name = name.rpartition(" ")[0]
    elif style < 0.4:
        name = name.upper()[:30]
    movement = Movement(amount, day, counterparty=name, iban=iban, text=text)
    if draw.random() < 0.25:  # a sheet: no fields, all in the text
        movement = replace(movement, iban="", text=f"BONIFICO DA {name} PER {text}")
    return movement


def _stranger(draw: random.Random, year: Year, place: int, movements: int) -> None:
    """Money that is for nothing in the ledger: a refund, a loan, an unknown."""
    day = FIRST + timedelta(days=90 + place * 270 // movements)
    item = draw.choice(year.items)
    amount = draw.choice((item.balance, Decimal(draw.randrange(1000, 500_000)) / 100))
    text = draw.choice(("RIMBORSO", "GIROCONTO", f"FATTURA {draw.randrange(1, 999)}", "STIPENDIO"))
    year.movements.append(Movement(amount, day, counterparty="Estraneo Nuovo S.r.l.", text=text))
    year.truth.append({})
    year.kinds.append("stranger")


def played(year: Year) -> Iterator[tuple[Movement, dict[int, Decimal], str]]:
    """Movements with their truth, in the order of the year."""
    yield from zip(year.movements, year.truth, year.kinds, strict=True)
