"""Every form of bounce, sorted; who made each form up is in tests/data/bounces/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from sollecito.domain.arrived import Arrived, Blame, Kind, place_report, sort_bounce
from sollecito.domain.transitions import Receipt
from sollecito.formats.arrived_mail import read_arrived

FOLDER = Path(__file__).parent.parent / "data" / "bounces"
OURS = "<abcdefghijklmnopqrstuvwxyz234567@ventofresco.example>"
ROSSI, BIANCHI = "rossi@cliente.example", "bianchi@cliente.example"
HARD, SOFT, BLAMED = Blame.HARD, Blame.SOFT, Blame.OURS

SORTED = {
    "amazon_ses": BLAMED,
    "bilingue_non_remis": SOFT,
    "exchange_2007": HARD,
    "exchange_5_testo": HARD,
    "exchange_online_italiano": BLAMED,
    "exim_tempo_scaduto": SOFT,
    "exim_utente_sconosciuto": HARD,
    "google_testo": HARD,
    "google_workspace_rapporto_vuoto": SOFT,
    "groupwise": HARD,
    "hotmail_casella_piena": SOFT,
    "indirizzo_internazionale": HARD,
    "james": HARD,
    "mdaemon_quota": SOFT,
    "messagelabs": HARD,
    "mxlogic": HARD,
    "netscape_senza_destinatari": SOFT,
    "notes_testo": HARD,
    "opensmtpd": HARD,
    "postfix_rete_non_ammessa": BLAMED,
    "postfix_senza_rapporto": HARD,
    "postfix_utente_sconosciuto": HARD,
    "qmail_senza_motivo": SOFT,
    "sendmail_disco": SOFT,
    "sendmail_testo": SOFT,
    "smtp32_tentativi": SOFT,
    "spf_rifiutato": BLAMED,
    "yahoo_nessuna_connessione": SOFT,
    "yahoo_utente_sconosciuto": HARD,
}
NOT_FAILED = {
    "postfix_rinvio": Receipt.DELAYED,
    "consegnato": Receipt.DELIVERED,
    "inoltrato": Receipt.SEEN,
    "lista_espansa": Receipt.SEEN,
}


def read(name: str) -> Arrived:
    return read_arrived((FOLDER / f"{name}.eml").read_bytes(), is_pec_mailbox=False)


@pytest.mark.parametrize(("name", "blame"), SORTED.items())
def test_a_bounce_is_placed_and_sorted(name: str, blame: Blame) -> None:
    arrived = read(name)
    (report,) = arrived.reports
    assert arrived.kind is Kind.BOUNCE
    assert (report.receipt, report.blame) == (Receipt.BOUNCED, blame)
    assert place_report(report, [BIANCHI, ROSSI]) == (ROSSI,)
    assert OURS in (*arrived.names.message_ids, *arrived.names.answered)


@pytest.mark.parametrize(("name", "receipt"), NOT_FAILED.items())
def test_a_report_need_not_be_a_failure(name: str, receipt: Receipt) -> None:
    (report,) = read(name).reports
    assert report.receipt is receipt
    assert place_report(report, [BIANCHI, ROSSI]) == (ROSSI,)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("qmail_utente_sconosciuto", [(ROSSI, HARD), (BIANCHI, SOFT)]),
        ("due_destinatari", [(ROSSI, HARD), (BIANCHI, SOFT)]),
    ],
)
def test_each_recipient_has_its_own_answer(name: str, expected: list[tuple[str, Blame]]) -> None:
    reports = read(name).reports
    assert [(report.recipients[0], report.blame) for report in reports] == expected


def test_a_domain_that_does_not_exist_is_hard() -> None:
    (report,) = read("postfix_dominio_inesistente").reports
    assert (report.recipients, report.blame) == (("info@cliente-chiuso.example",), HARD)


def test_a_forward_of_the_customer_is_placed_where_only_one_was_written_to() -> None:
    (report,) = read("inoltro_del_cliente").reports
    assert place_report(report, [ROSSI]) == (ROSSI,)
    assert place_report(report, [ROSSI, BIANCHI]) == ()


def test_a_delivery_to_somebody_else_proves_nothing() -> None:
    (report,) = read("consegnato").reports
    assert place_report(report, [BIANCHI]) == ()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
def test_line_ends_change_nothing(path: Path) -> None:
    raw = path.read_bytes()
    unix = read_arrived(raw, is_pec_mailbox=False)
    dos = read_arrived(raw.replace(b"\n", b"\r\n"), is_pec_mailbox=False)
    old_mac = read_arrived(raw.replace(b"\n", b"\r"), is_pec_mailbox=False)
    for other in (dos, old_mac):
        assert [(r.receipt, r.recipients, r.blame) for r in other.reports] == [
            (r.receipt, r.recipients, r.blame) for r in unix.reports
        ]


@pytest.mark.parametrize(
    ("enhanced", "code", "text", "blame"),
    [
        ("5.1.1", 550, "", HARD),
        ("5.1.2", 550, "", HARD),
        ("5.1.10", 556, "null MX", HARD),
        ("5.1.7", 553, "bad sender", BLAMED),
        ("5.1.8", 553, "", BLAMED),
        ("5.2.1", 550, "", HARD),
        ("5.2.2", 552, "", SOFT),
        ("5.2.3", 552, "", SOFT),
        ("5.4.4", 0, "", HARD),
        ("5.4.7", 0, "", SOFT),
        ("5.7.1", 550, "user unknown", BLAMED),
        ("5.7.26", 550, "unauthenticated", BLAMED),
        ("4.2.2", 452, "", SOFT),
        ("4.7.1", 451, "greylisted", SOFT),
        ("5.0.0", 550, "550 5.1.1 no such user", HARD),
        ("5.1.1", 550, "550 5.7.1 blocked by policy", BLAMED),
        ("5.4.1", 550, "Recipient address rejected: Access denied", HARD),
        ("5.5.0", 550, "Requested action not taken: mailbox unavailable", HARD),
        ("", 550, "Utente sconosciuto", HARD),
        ("", 550, "casella inesistente", HARD),
        ("", 552, "Casella piena", SOFT),
        ("", 421, "try again", SOFT),
        ("", 554, "554 Message rejected as spam", BLAMED),
        ("", 550, "550 relay access denied", BLAMED),
        ("", 0, "", SOFT),
        ("5.9.9", 0, "Nobody ever heard of this", SOFT),
        ("", 550, "qualcosa di mai visto", SOFT),
    ],
)
def test_what_is_unknown_is_soft(enhanced: str, code: int, text: str, blame: Blame) -> None:
    assert sort_bounce(enhanced=enhanced, code=code, text=text) is blame


def test_versions_and_addresses_are_no_codes() -> None:
    words = "host 192.5.1.1 (Exim 4.80.1), Internet Mail Service (5.5.2656.59)"
    assert sort_bounce(text=words) is SOFT
