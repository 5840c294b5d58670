"""What is wrong in the text of a model, field by field and at its place."""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.domain.money import Language
from sollecito.domain.placeholders import (
    TemplateProblem,
    allowed_names,
    check_private_subject,
    check_sms,
    check_subject,
    check_template,
    compute_longest_sms,
)
from sollecito.domain.sms import LONGEST, Alphabet, SmsSize, normalise
from sollecito.dunning.texts import CATALOGUE, ITALIAN_ONLY, default_text

LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 250
ONE_PART = 160


@dataclass(frozen=True, slots=True)
class WrittenText:
    """Testo come l'ha scritto la persona. An empty ``private_subject`` leaves the default's."""

    subject: str
    text: str
    private_subject: str = ""

    def tidied(self) -> WrittenText:
        """One kind of line end, no blanks around."""
        return WrittenText(
            self.subject.strip(),
            self.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip(),
            self.private_subject.strip(),
        )


@dataclass(frozen=True, slots=True)
class TextCheck:
    """Esito: problems by field (``subject``, ``private_subject``, ``text``).

    ``sms`` is the size of an SMS in the worst case; ``long_sms`` says what it costs when it is
    more than one, which a person may confirm.
    """

    problems: tuple[tuple[str, TemplateProblem], ...] = ()
    sms: SmsSize | None = None
    long_sms: TemplateProblem | None = None


def has_private_subject(base: str) -> bool:
    """Whether a model has a subject of its own for private persons."""
    private = default_text(base, reader="private")
    return private.subject != default_text(base).subject


def speaks(base: str) -> tuple[Language, ...]:
    """The languages that a model has."""
    return ("it",) if base in ITALIAN_ONLY else ("it", "en")


def check_text(base: str, written: WrittenText, language: Language) -> TextCheck:
    """Check a text that follows the default ``base``; ``written`` is tidied before."""
    names = allowed_names(base, language=language)
    if CATALOGUE[base].is_sms:
        sms = compute_longest_sms(normalise(written.text), language)
        problems = [("text", each) for each in check_sms(written.text, names)]
        problems += _presence("text", written.text, "Un SMS vuoto non parte.")
        problems += _over_cap(written.text, sms)
        return TextCheck(tuple(problems), sms, _too_long(written.text, sms))
    if not CATALOGUE[base].has_subject:
        spoken = [("text", each) for each in check_template(written.text, names)]
        return TextCheck(
            (*spoken, *_presence("text", written.text, "Una traccia vuota non serve."))
        )
    problems = [("subject", each) for each in check_subject(written.subject, names)]
    problems += _presence("subject", written.subject, "Un messaggio senza oggetto non parte.")
    if has_private_subject(base) and written.private_subject:
        private = allowed_names(base, "private", language)
        found = check_private_subject(written.private_subject, private)
        problems += [("private_subject", each) for each in found]
    problems += [("text", each) for each in check_template(written.text, names)]
    problems += _presence("text", written.text, "Un messaggio vuoto non parte.")
    return TextCheck(tuple(problems))


def _presence(field: str, text: str, words: str) -> list[tuple[str, TemplateProblem]]:
    most = LONGEST_TEXT if field == "text" else LONGEST_SUBJECT
    if not text.strip():
        return [(field, TemplateProblem("empty", words, "Scrivi qualcosa qui.", line=1, column=1))]
    if len(text) > most:
        message = f"Il testo supera {most} caratteri."
        return [(field, TemplateProblem("too_long", message, "Accorcialo.", start=most))]
    return []


def _over_cap(text: str, sms: SmsSize) -> list[tuple[str, TemplateProblem]]:
    """Longer than any gateway takes: nothing to confirm, it would never leave."""
    if sms.units <= LONGEST:
        return []
    message = (
        f"Nel caso più lungo sono {sms.units} caratteri: un SMS ne porta al massimo {LONGEST}."
    )
    at = min(LONGEST, len(text))
    return [("text", TemplateProblem("sms_cap", message, "Accorcia il testo.", start=at))]


def _too_long(text: str, sms: SmsSize) -> TemplateProblem | None:
    """What to confirm, at the place from which on it is too long."""
    if sms.parts <= 1:
        return None
    if sms.alphabet is Alphabet.UCS2:
        shown = " ".join(sms.unusual[:5])
        at = min(text.find(mark) for mark in sms.unusual if mark in text)
        message = (
            f"«{shown}» non è fra i caratteri degli SMS: ogni messaggio diventa {sms.parts} SMS."
        )
        hint = "Togli quei caratteri, oppure conferma che va bene così."
    else:
        at = min(ONE_PART, len(text))
        message = f"Nel caso più lungo sono {sms.units} caratteri: {sms.parts} SMS invece di uno."
        hint = "Accorcia il testo, oppure conferma che va bene così."
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return TemplateProblem("long_sms", message, hint, "warning", line=line, column=column, start=at)
