"""What a placeholder is: its shape, its duty, the family of models that may use it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sollecito.domain.documents import Problem


class Shape(Enum):
    """Tipo di segnaposto: where it may stand."""

    VALUE = "valore"
    """In the middle of a sentence, in subjects."""
    LINE = "riga"
    """A whole sentence, alone on its line."""
    BLOCK = "blocco"
    """A list, a table or a signature, alone on its line."""


class Duty(Enum):
    """Obbligo: what happens where the value is missing."""

    ALWAYS = "S"
    NEEDED = "N"
    """Missing: the message does not leave."""
    OPTIONAL = "F"
    """Missing: its line disappears."""


class Family(Enum):
    """Which models know the value."""

    BASE = "base"
    LAST = "ultimo"
    INTEREST = "interessi"
    STATEMENT = "estratto_conto"
    FORMAL = "messa_in_mora"
    PROMISE = "promessa"
    PLAN = "piano"
    TAKINGS = "incasso"
    RETURNED = "effetto"
    PUBLIC = "ente_pubblico"
    AGENT = "agente"
    FOREWARNING = "preavviso"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Segnaposto. The samples are one case, so that the preview of a model can be read."""

    name: str
    meaning: str
    shape: Shape
    duty: Duty
    sample_it: str
    sample_en: str
    family: Family = Family.BASE

    @property
    def is_needed(self) -> bool:
        """Whether a message cannot leave without its value."""
        return self.shape is Shape.VALUE or self.duty is not Duty.OPTIONAL


@dataclass(frozen=True, slots=True)
class TemplateProblem(Problem):
    """What is wrong in a text, and where: line and column from 1, offsets ``start`` and ``end``."""

    column: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with its values in place; ``missing`` names what is needed and has no value."""

    text: str
    missing: tuple[str, ...] = ()
