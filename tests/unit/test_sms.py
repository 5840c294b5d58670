"""SMS: what is plain, which alphabet, how many parts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.sms import (
    ALONE,
    BASIC,
    EXTENDED,
    JOINED,
    Alphabet,
    PartPrice,
    measure,
    normalise,
)

GSM = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=400)
ANY = st.text(max_size=180)


def split_by_hand(text: str) -> list[str]:
    """A second reading of the rule: fill a part, begin the next when a character does not fit."""
    if all(mark in BASIC | EXTENDED for mark in text):
        alone, joined, width = 160, 153, dict.fromkeys(EXTENDED, 2)
    else:
        alone, joined = 70, 67
        width = {mark: len(mark.encode("utf-16-be")) // 2 for mark in text}
    if sum(width.get(mark, 1) for mark in text) <= alone:
        return [text] if text else []
    parts = []
    while text:
        fits = joined
        while sum(width.get(mark, 1) for mark in text[:fits]) > joined:
            fits -= 1
        parts.append(text[:fits])
        text = text[fits:]
    return parts


def test_the_alphabet_of_gsm_has_all_its_places() -> None:
    assert len(BASIC) == 127  # 128 less the escape
    assert len(EXTENDED) == 10
    assert not BASIC & EXTENDED


@pytest.mark.parametrize(
    ("text", "alphabet", "parts", "left"),
    [
        ("", Alphabet.GSM7, 0, 160),
        ("a", Alphabet.GSM7, 1, 159),
        ("a" * 160, Alphabet.GSM7, 1, 0),
        ("a" * 161, Alphabet.GSM7, 2, 145),
        ("a" * 306, Alphabet.GSM7, 2, 0),
        ("a" * 307, Alphabet.GSM7, 3, 152),
        ("€" * 80, Alphabet.GSM7, 1, 0),
        ("a" + "€" * 80, Alphabet.GSM7, 2, 145),
        ("a" * 152 + "€" + "a" * 10, Alphabet.GSM7, 2, 141),  # 153rd place: the escape moves on
        ("à" * 160, Alphabet.GSM7, 1, 0),
        ("È" * 70, Alphabet.UCS2, 1, 0),
        ("È" * 71, Alphabet.UCS2, 2, 63),
        ("È" * 134, Alphabet.UCS2, 2, 0),
        ("È" * 135, Alphabet.UCS2, 3, 66),
        ("a" * 70 + "č", Alphabet.UCS2, 2, 63),
        ("😀" * 35, Alphabet.UCS2, 1, 0),
        ("😀" * 36, Alphabet.UCS2, 2, 61),  # 33 pairs in the first: the 67th unit stays empty
    ],
)
def test_parts(text: str, alphabet: Alphabet, parts: int, left: int) -> None:
    size = measure(text)
    assert (size.alphabet, size.parts, size.left) == (alphabet, parts, left)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("l’IBAN", "l'IBAN"),
        ("13–17 giorni — oggi", "13-17 giorni - oggi"),
        ("«Ferrobrando» e “figli”", '"Ferrobrando" e "figli"'),
        ("1.220,00\u00a0€\u202f:", "1.220,00 € :"),
        ("segue…", "segue..."),
        ("una\r\nlinea \t\nvuota\r", "una\nlinea\nvuota"),
        ("so\u00adft\u200b\ufeff", "soft"),
        ("perche\u0301 si\u0300", "perché sì"),
        ("a\x00b\x1bc", "abc"),
        ("Società È Čapek Müller", "Società È Čapek Müller"),
    ],
)
def test_marks_become_plain_and_letters_stay(written: str, plain: str) -> None:
    assert normalise(written) == plain


def test_what_makes_a_text_dear_is_named() -> None:
    assert measure("È Čapek: 10 € È").unusual == ("È", "Č")


@given(ANY)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.one_of(GSM, ANY))
def test_parts_agree_with_a_second_reading(text: str) -> None:
    size, parts = measure(text), split_by_hand(text)
    assert size.parts == len(parts)
    assert size.units == sum(measure(part).units for part in parts) or size.unusual


@given(GSM)
def test_a_text_of_the_alphabet_is_never_dear(text: str) -> None:
    size = measure(text)
    assert size.alphabet is Alphabet.GSM7
    room = ALONE[Alphabet.GSM7] if size.parts <= 1 else JOINED[Alphabet.GSM7]
    assert 0 <= size.left <= room


@given(ANY, ANY)
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert measure(text + more).parts >= measure(text).parts


@given(ANY)
def test_normalising_never_makes_it_dearer(text: str) -> None:
    plain = measure(normalise(text))
    assert set(plain.unusual) <= set(measure(text).unusual) | {
        mark for mark in normalise(text) if mark not in text
    }


def test_cost_goes_by_parts_and_numbers() -> None:
    assert PartPrice(Decimal("0.075")).of(2, 3) == Decimal("0.450")
