"""What each file gave, for the report: in plain words, with the cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sollecito.domain.documents import Problem
from sollecito.flows import clock
from sollecito.flows.importing.incoming import as_json
from sollecito.ledger.models import ImportBatch, ImportItem, StoredFile

Result = ImportItem.Outcome
LEASE_SECONDS = 120
REPORTED = ["company", "file", "outcome", "reason", "documents", "instalments", "problems"]
COUNTS = ("documents", "instalments", "duplicates", "notifications", "payments")


@dataclass(slots=True)
class FileOutcome:
    """Esito di un file. ``skipped`` has one reason for each body left aside."""

    name: str
    item_id: int | None = None
    company_id: int | None = None
    file: StoredFile | None = None
    documents: int = 0
    instalments: int = 0
    duplicates: int = 0
    notifications: int = 0
    payments: int = 0
    customers: int = 0
    is_waiting: bool = False
    is_to_confirm: bool = False
    skipped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def result(self) -> ImportItem.Outcome:
        """The one word for the list of files: the best that happened."""
        if self.documents or self.payments or self.customers:
            return Result.IMPORTED
        if self.is_to_confirm or self.is_waiting:
            return Result.TO_CONFIRM if self.is_to_confirm else Result.WAITING
        if self.notifications:
            return Result.IMPORTED
        if self.duplicates:
            return Result.DUPLICATE
        if self.skipped:
            return Result.SKIPPED
        return Result.FAILED if self.has_errors else Result.IMPORTED

    @property
    def has_errors(self) -> bool:
        """Whether something in it could not be imported."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def reason(self) -> str:
        """One sentence for the list."""
        said = self.skipped or [problem.message for problem in self.problems]
        if not said and self.result is Result.DUPLICATE:
            return "già importato"
        if not said and self.customers:
            return f"clienti letti: {self.customers}"
        return said[0] if said else ""


@dataclass(slots=True)
class ImportReport:
    """Resoconto di un'importazione, as the command line prints it."""

    documents: int = 0
    instalments: int = 0
    duplicates: int = 0
    notifications: int = 0
    payments: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    batch_id: int | None = None

    def add(self, outcomes: Sequence[FileOutcome]) -> None:
        """Take in what a set of files gave."""
        for outcome in outcomes:
            for name in COUNTS:
                setattr(self, name, getattr(self, name) + getattr(outcome, name))
            self.skipped += [(outcome.name, reason) for reason in outcome.skipped]
            self.problems += [(outcome.name, problem) for problem in outcome.problems]

    def as_dict(self) -> dict[str, Any]:
        """The JSON document of ``import --json``."""
        problems = [{"file": name, **as_json(problem)} for name, problem in self.problems]
        for problem in problems:
            del problem["code"]
        return {
            **{name: getattr(self, name) for name in COUNTS},
            "skipped": [{"file": name, "reason": reason} for name, reason in self.skipped],
            "problems": problems,
        }


def save_outcomes(batch: ImportBatch, outcomes: Sequence[FileOutcome]) -> None:
    """Write the report's rows and the progress of the batch, in the caller's transaction."""
    rows = [_item(batch, outcome) for outcome in outcomes]
    waiting = [row for row in rows if row.pk is not None]
    ImportItem.objects.bulk_create([row for row in rows if row.pk is None])
    ImportItem.objects.bulk_create(
        waiting, update_conflicts=True, unique_fields=["id"], update_fields=REPORTED
    )
    counts = dict(batch.counts)
    for name in COUNTS:
        counts[name] = counts.get(name, 0) + sum(getattr(outcome, name) for outcome in outcomes)
    counts["skipped"] = counts.get("skipped", 0) + sum(len(each.skipped) for each in outcomes)
    batch.counts = counts
    batch.done += len(outcomes)
    batch.total = max(batch.total, batch.done)
    batch.errors += sum(outcome.has_errors for outcome in outcomes)
    batch.worker_lease_until = clock.now() + timedelta(seconds=LEASE_SECONDS)
    batch.save(update_fields=["counts", "done", "total", "errors", "worker_lease_until"])


def _item(batch: ImportBatch, outcome: FileOutcome) -> ImportItem:
    return ImportItem(
        pk=outcome.item_id,
        batch=batch,
        company_id=outcome.company_id,
        name=outcome.name[-400:],
        file=outcome.file,
        outcome=outcome.result,
        reason=outcome.reason[:500],
        documents=outcome.documents,
        instalments=outcome.instalments,
        problems=[as_json(problem) for problem in outcome.problems],
    )


def failed(name: str, item_id: int | None, problem: Problem) -> FileOutcome:
    """A file that could not be read or stored at all."""
    return FileOutcome(name, item_id, problems=[replace(problem, severity="error")])
