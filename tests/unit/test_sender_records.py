"""SPF, DKIM and DMARC judged from the records; providers and their figures."""

from __future__ import annotations

import pytest

from sollecito.domain.mail_providers import PROVIDERS, providers_of
from sollecito.domain.sender_records import (
    judge_dkim,
    judge_dmarc,
    judge_spf,
    organisational_domain,
)


@pytest.mark.parametrize(
    ("records", "include", "is_ok", "said"),
    [
        ([], "", False, "non ha un record SPF"),
        (["google-site-verification=x"], "_spf.google.com", False, "include:_spf.google.com"),
        (["v=spf10 -all"], "", False, "non ha un record SPF"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "", False, "2 record SPF"),
        (["v=spf1 +all"], "", False, "chiunque"),
        (["v=spf1 all"], "", False, "chiunque"),
        (["V=SPF1 mx ~all"], "", True, "presente"),
        (["v=spf1 mx ~all"], "_spf.google.com", False, "non nomina"),
        (["v=spf1 include:_SPF.google.com ~all"], "_spf.google.com", True, "presente"),
        (["v=spf1 redirect=_spf.altri.it"], "_spf.google.com", True, "presente"),
    ],
)
def test_spf(records: list[str], include: str, is_ok: object, said: str) -> None:
    found = judge_spf("prova.example", records, include)
    assert found.is_ok is is_ok
    assert said in f"{found.message} {found.hint}"


@pytest.mark.parametrize(
    ("records", "is_ok"),
    [
        (["v=DKIM1; k=rsa; p=MIGf"], True),
        (["p=MIGf"], True),
        (["v=DKIM1; p="], False),
        (["v=DKIM1; k=rsa"], False),
        ([], False),
    ],
)
def test_dkim(records: list[str], is_ok: object) -> None:
    assert judge_dkim("s1", records).is_ok is is_ok


@pytest.mark.parametrize(
    ("records", "is_ok", "said"),
    [
        (["v=DMARC1; p=reject; rua=mailto:x@y.it"], True, "reject"),
        (["v=DMARC1;p=none"], True, "none"),
        (["v=DMARC1; rua=mailto:x@y.it"], False, "p=none"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], False, "più criteri"),
        ([], False, "_dmarc.prova.example"),
    ],
)
def test_dmarc(records: list[str], is_ok: object, said: str) -> None:
    found = judge_dmarc("prova.example", records)
    assert found.is_ok is is_ok
    assert said in f"{found.message} {found.hint}"


def test_the_registered_domain() -> None:
    assert organisational_domain("posta.ufficio.prova.it") == "prova.it"
    assert organisational_domain("prova.it") == "prova.it"


def test_every_provider_is_whole() -> None:
    codes = [provider.code for provider in PROVIDERS]
    assert len(set(codes)) == len(codes)
    for provider in PROVIDERS:
        assert provider.host
        assert provider.per_minute or provider.per_hour or provider.per_day
        assert provider.imap_host or provider.channel == "email", "a PEC is nothing unread"
        assert len(provider.code) <= 30
    assert {each.channel for each in providers_of("pec")} == {"pec"}
    assert len(providers_of("pec")) >= 4
