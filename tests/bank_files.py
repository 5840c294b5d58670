"""Bank statements as banks send them, in every dialect, with the same movements inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

OUR_IBAN = "IT60X0542811101000000123456"
PAYER_IBAN = "IT25O0306909606100000012345"


@dataclass(frozen=True)
class Line:
    """A movement to write; ``day`` is ISO."""

    amount: str = "122.00"
    day: str = "2026-04-20"
    name: str = "Rossi S.r.l."
    text: str = "SALDO FATTURA N. 12/2026"
    iban: str = PAYER_IBAN
    end_to_end: str = ""
    bank_id: str = ""
    status: str = "BOOK"
    extra: str = ""


def camt(
    *lines: Line,
    iban: str = OUR_IBAN,
    version: str = "001.02",
    message: str = "BkToCstmrStmt",
    container: str = "Stmt",
    prefix: str = "",
) -> bytes:
    """CAMT of a version, with or without a prefix; new ones nest ``Sts/Cd`` and ``Pty``."""
    is_new = int(version[-2:]) >= 8
    body = "".join(_entry(line, is_new=is_new) for line in lines)
    text = (
        f"<{message}><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-04-21T06:00:00+02:00</CreDtTm></GrpHdr>"
        f"<{container}><Id>1</Id><CreDtTm>2026-04-21T06:00:00+02:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{body}</{container}></{message}>"
    )
    mark = f"{prefix}:" if prefix else ""
    if mark:
        text = text.replace("</", "\0").replace("<", f"<{mark}").replace("\0", f"</{mark}")
    name = f'xmlns{mark and ":" + prefix}="urn:iso:std:iso:20022:tech:xsd:camt.053.{version}"'
    return f'<?xml version="1.0"?>\n<{mark}Document {name}>\n{text}\n</{mark}Document>'.encode()


def _entry(line: Line, *, is_new: bool) -> str:
    amount = Decimal(line.amount)
    party = "Dbtr" if amount > 0 else "Cdtr"
    name = f"<Pty><Nm>{line.name}</Nm></Pty>" if is_new else f"<Nm>{line.name}</Nm>"
    status = f"<Cd>{line.status}</Cd>" if is_new else line.status
    account = f"<{party}Acct><Id><IBAN>{line.iban}</IBAN></Id></{party}Acct>" if line.iban else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if amount > 0 else 'DBIT'}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{line.bank_id}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{line.end_to_end or 'NOTPROVIDED'}</EndToEndId>"
        f"</Refs>{line.extra}<RltdPties><{party}>{name}</{party}>{account}</RltdPties>"
        f"<RmtInf><Ustrd>{line.text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def cbi_rh(*lines: Line) -> bytes:
    """CBI RH: a flow with one statement of ``OUR_IBAN``."""
    rows = [" RH05428A1B2C210426RND21042026PROVA".ljust(120)]
    rows.append(
        " 610000001             0542893001RENDICONTAZIONE CCX0542811101000000123456EUR210426C"
        "000000010000,00IT60".ljust(120)
    )
    total = Decimal(10000)
    for place, line in enumerate(lines, 1):
        amount = Decimal(line.amount)
        total += amount
        day = f"{line.day[8:]}{line.day[5:7]}{line.day[2:4]}"
        head = f"0000001{place:03d}"
        rows.append(
            f" 62{head}{day}{day}{'C' if amount > 0 else 'D'}{_cbi(amount)}4848"
            f"{'':16}{line.bank_id:16}{'':9}BONIFICO A VOSTRO FAVORE".ljust(120)
        )
        rows.append(f" 63{head}YYY{'':8}{'':16}{line.name:40}".ljust(120))
        rows.append(f" 63{head}YY2{'':50}{line.iban}".ljust(120))
        rows.append(f" 63{head}ZZ3{'FORNITORE':50}{line.text}".ljust(120))
        rows.append(f" 63{head}ID1{'MSG':35}{line.end_to_end}".ljust(120))
    rows.append(f" 640000001EUR210426C{_cbi(total)}C{_cbi(total)}".ljust(120))
    count = len(rows) + 1
    rows.append(f" EF05428A1B2C210426{'':26}0000001{'':30}{count:07d}".ljust(120))
    return ("\r\n".join(rows) + "\r\n").encode()


def _cbi(amount: Decimal) -> str:
    return f"{abs(amount):015.2f}".replace(".", ",")


def mt940(*lines: Line) -> bytes:
    """MT940 of ``OUR_IBAN``."""
    total = Decimal(1000)
    rows = [":20:RND", f":25:05428/{OUR_IBAN}", ":28C:00001/00001", ":60F:C260419EUR1000,00"]
    for line in lines:
        amount = Decimal(line.amount)
        total += amount
        day = f"{line.day[2:4]}{line.day[5:7]}{line.day[8:]}"
        money = f"{abs(amount):.2f}".replace(".", ",")
        sign = "C" if amount > 0 else "D"
        rows.append(f":61:{day}{day[2:]}{sign}R{money}NTRFNONREF//{line.bank_id or 'NONREF'}")
        rows.append(f":86:48 BONIFICO ORD: {line.name}")
        rows.append(f"IBAN {line.iban} {line.text}")
    rows.append(f":62F:C260421EUR{total:.2f}".replace(".", ","))
    return ("\r\n".join([*rows, "-"]) + "\r\n").encode()


def sheet(*lines: Line, heads: Sequence[str] = ()) -> bytes:
    """CSV with outgoing and incoming columns, a preamble and a row of balance."""
    rows = [f"Conto: {OUR_IBAN};;;;", ";;;;"]
    rows.append(
        ";".join(heads or ("Data contabile", "Data valuta", "Dare", "Avere", "Descrizione"))
    )
    for line in lines:
        amount = Decimal(line.amount)
        day = f"{line.day[8:]}/{line.day[5:7]}/{line.day[:4]}"
        money = f"{abs(amount):.2f}".replace(".", ",")
        pair = f"{money};" if amount < 0 else f";{money}"
        rows.append(f"{day};{day};{pair};Bonifico a vostro favore da {line.name} per {line.text}")
    rows.append("Saldo contabile;;;11.217,50;")
    return ("\r\n".join(rows) + "\r\n").encode("cp1252")
