from __future__ import annotations

from datetime import date

import pytest

from sollecito.domain.documents import Problem
from sollecito.domain.sdi import Notification, NotificationCode
from sollecito.formats.sdi import parse_notification
from tests.builders import invoice_bytes, notification_xml

FILE = "IT12345670157_00001.xml"


def read(text: str, name: str = "x.xml") -> Notification:
    found = parse_notification(text.encode(), name)
    assert isinstance(found, Notification), found
    return found


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("code", NotificationCode)
def test_type_comes_from_the_root_whatever_the_file_name(
    code: NotificationCode,
    is_public: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    found = read(notification_xml(code, is_public=is_public), "IT1_1_NS_001.xml")
    assert found.code is code
    assert found.target == "it12345670157_00001"
    assert (found.sdi_id, found.message_id) == ("9800000001", "512340001")


def test_file_name_tells_where_the_root_does_not() -> None:
    text = notification_xml("RC").replace("RicevutaConsegna", "RicevutaNuova")
    assert read(text, "cartella/IT12345670157_00001_RC_001.xml").code is NotificationCode.RC
    assert parse_notification(text.encode(), "altro.xml") is None


def test_a_missing_target_comes_from_the_file_name() -> None:
    text = notification_xml("RC", file_name="")
    assert read(text, "IT12345670157_0000A_RC_001.xml").target == "it12345670157_0000a"
    assert isinstance(parse_notification(text.encode(), "altro.xml"), Problem)


def test_moments_are_italian_time() -> None:
    assert str(read(notification_xml("RC", delivered="2026-07-01T23:30:00Z")).received_at) == (
        "2026-07-02 01:30:00+02:00"
    )
    assert str(read(notification_xml("MC", received="2026-01-05T09:00:00")).received_at) == (
        "2026-01-05 09:00:00+01:00"
    )
    for odd in ("", "ieri", "2026-02-30T10:00:00"):
        assert read(notification_xml("RC", received=odd, delivered=odd)).received_at is None


def test_availability_may_carry_a_zone() -> None:
    found = read(notification_xml("MC", available="2026-09-12+02:00"))
    assert found.available_date == date(2026, 9, 12)


def test_outcome_names_one_document_of_the_file() -> None:
    found = read(notification_xml("NE", outcome="EC02", number="13/PA", year="2026", position="2"))
    assert (found.outcome, found.number, found.year, found.position) == ("EC02", "13/PA", 2026, 2)
    whole = read(notification_xml("NE"))
    assert (whole.outcome, whole.number, whole.year, whole.position) == ("EC01", "", None, None)


def test_every_error_of_a_rejection_is_kept() -> None:
    found = read(notification_xml("NS", errors=(("00404", "Doppia"), ("00423", "Totale"))))
    assert found.errors == (("00404", "Doppia"), ("00423", "Totale"))
    assert found.text == "00404 Doppia; 00423 Totale"


def test_an_invoice_is_not_a_notification() -> None:
    assert parse_notification(invoice_bytes(), "IT1_1_RC_001.xml") is None
    assert parse_notification(b"<html/>", "IT1_1_RC_001.xml") is None
