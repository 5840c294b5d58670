"""Default texts of communications: files beside this module, one per model and language.

First line ``Oggetto: …``, perhaps ``Oggetto per i privati: …``, a blank line, the text; an SMS and
what is said on the phone are their text alone. A text has no conditions; what a company does not
have is left out here, in the text itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sollecito.dunning.texts.catalogue import (
    CATALOGUE,
    ITALIAN_ONLY,
    MODELS,
    SCRIPT,
    SMS_MODELS,
    Model,
    Module,
    sms_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sollecito.domain.money import Language
    from sollecito.domain.placeholders import Reader

__all__ = [
    "CATALOGUE",
    "ITALIAN_ONLY",
    "MODELS",
    "SCRIPT",
    "SMS_MODELS",
    "WITHOUT",
    "DefaultText",
    "Model",
    "Module",
    "default_text",
    "fit_words",
    "leave_out",
    "sms_of",
]

SUBJECT = "Oggetto: "
PRIVATE_SUBJECT = "Oggetto per i privati: "

WITHOUT: dict[str, tuple[tuple[str, str], ...]] = {
    "come_pagare": (("{{ come_pagare }}\n", ""),),
    "mittente.telefono": (
        (" o chiamarmi al {{ mittente.telefono }}", ""),
        (" or call me on {{ mittente.telefono }}", ""),
        (": il mio numero è {{ mittente.telefono }}.", ": basta rispondere a questa e-mail."),
        (": my number is {{ mittente.telefono }}.", ": just reply to this e-mail."),
        (": {{ mittente.nome }}, {{ mittente.telefono }}.", ": {{ mittente.nome }}."),
        (" rispondo al {{ mittente.telefono }}.", " basta rispondere a questa e-mail."),
        (", please call me on {{ mittente.telefono }}.", ", just reply to this e-mail."),
        ("please call me now: {{ mittente.telefono }}.", "please reply to this e-mail now."),
        (", {{ mittente.telefono }}, ", ", "),
        (": {{ mittente.telefono }}, {{ mittente.email }}", ": {{ mittente.email }}"),
        ("Any questions: {{ mittente.telefono }}.", "Any questions: just reply to this e-mail."),
        (
            "let us talk first: {{ mittente.telefono }}.",
            "let us talk first: just reply to this e-mail.",
        ),
        ("tell me beforehand: {{ mittente.telefono }}.", "tell me beforehand."),
        (
            "To talk it over: {{ mittente.telefono }}.",
            "To talk it over, just reply to this e-mail.",
        ),
        (": {{ mittente.telefono }}.", ": basta rispondere a questa e-mail."),
    ),
    "conseguenza": (
        (
            (
                "Se entro quella data non riceviamo il pagamento o una proposta scritta,"
                " {{ conseguenza }}.\n"
            ),
            "",
        ),
        (
            (
                "If we have received neither payment nor a written proposal by that date,"
                " {{ conseguenza }}.\n"
            ),
            "",
        ),
    ),
}
"""How a default text reads where a value does not exist at all."""
ON_CHANNEL: dict[str, tuple[tuple[str, str], ...]] = {
    "letter": (
        ("rispondere «Confermo» a questa e-mail", "scrivere «Confermo» a {{ mittente.email }}"),
        ('reply "I confirm" to this e-mail', 'write "I confirm" to {{ mittente.email }}'),
        ("rispondere a questa e-mail", "scrivere a {{ mittente.email }}"),
        ("reply to this e-mail", "write to {{ mittente.email }}"),
        ("questo messaggio si può ignorare", "questa lettera si può ignorare"),
        ("please ignore this message", "please ignore this letter"),
    ),
    "pec": (("a questa e-mail", "a questa PEC"), ("to this e-mail", "to this PEC message")),
}
"""How words written for a mail read on another channel: nobody replies to a sheet of paper."""


@dataclass(frozen=True, slots=True)
class DefaultText:
    """Modello predefinito. ``version`` says which text a message was made from."""

    model: str
    language: Language
    subject: str
    text: str

    @property
    def version(self) -> str:
        """``default/it/sollecito_1``."""
        return f"default/{self.language}/{self.model}"


def default_text(
    model: str,
    language: Language = "it",
    *,
    reader: Reader = "business",
    without: Collection[str] = (),
    channel: str = "",
) -> DefaultText:
    """The default of a model as it reads on ``channel``; Italian where the language has none.

    ``without`` names placeholders that have no value (``come_pagare`` where the company has no
    IBAN, ``mittente.telefono``, ``conseguenza``): their words are left out. Raises ``KeyError``
    for an unknown model.
    """
    if model not in CATALOGUE:
        raise KeyError(model)
    business, private = _load(model, "it" if model in ITALIAN_ONLY else language)
    chosen = private if reader == "private" else business
    return replace(chosen, text=fit_words(leave_out(chosen.text, without), channel))


def leave_out(text: str, names: Collection[str]) -> str:
    """The text without the words of a default around placeholders that have no value."""
    for name in names:
        for words, instead in WITHOUT.get(name, ()):
            text = text.replace(words, instead)
    return text


def fit_words(text: str, channel: str) -> str:
    """The text as it reads on a channel that it was not written for."""
    for words, instead in ON_CHANNEL.get(channel, ()):
        text = text.replace(words, instead)
    return text


@cache
def _load(model: str, language: Language) -> tuple[DefaultText, DefaultText]:
    file = resources.files(__name__).joinpath(language, f"{model}.txt")
    written = file.read_text(encoding="utf-8")
    if not written.startswith(SUBJECT):
        alone = DefaultText(model, language, "", written.rstrip("\n"))
        return alone, alone
    head, _, text = written.partition("\n\n")
    subject, _, private = head.partition("\n")
    business = DefaultText(model, language, subject.removeprefix(SUBJECT), text.rstrip("\n"))
    if not private:
        return business, business
    return business, replace(business, subject=private.removeprefix(PRIVATE_SUBJECT))
