"""What a hold must know: the effect at the bank, the procedure, the heirs; and its tasks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.hold_details import (
    HoldDetails,
    Insolvency,
    Presented,
    Successor,
    check_dates,
    describe_details,
    errands_of,
)
from sollecito.dunning.models import Hold, HoldTask, Presentation, Procedure, Succession
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import check_email, require_none

KIND_OF: dict[type, str] = {
    Presented: Hold.Kind.IN_COLLECTION,
    Insolvency: Hold.Kind.INSOLVENCY,
    Successor: Hold.Kind.CEASED,
}


class HoldRefusedError(Exception):
    """Nothing was changed; the message says why and what to do."""


def check_details(kind: str, details: HoldDetails | None, today: date) -> None:
    """Raise FieldsRefusedError where an address or a day cannot be, by the name of the field."""
    if details is None:
        return
    if KIND_OF[type(details)] != kind:
        raise HoldRefusedError("Questi dati sono di un altro motivo di sospensione.")
    found = check_dates(details, today)
    for name in ("email", "pec"):
        found[name] = check_email(getattr(details, name, ""))
    require_none(found)


def detail_hold(hold: Hold, details: HoldDetails, *, user: User | None) -> None:
    """Write or correct what a hold knows. Raises FieldsRefusedError, HoldRefusedError."""
    today = clock.today(hold.company.time_zone)
    check_details(hold.kind, details, today)
    with transaction.atomic():
        row = Hold.objects.select_for_update().get(pk=hold.pk)
        if row.released_at is not None:
            raise HoldRefusedError("La sospensione è già finita: aggiorna la pagina.")
        write_details(row, details)
        text = f"Dati della sospensione. {describe_details(details)}"
        audit.record(row.company, user, "hold_detailed", target=row.target_name, text=text)


def write_details(hold: Hold, details: HoldDetails | None) -> None:
    """Store them beside a hold, and the tasks that follow. Call it in a transaction."""
    today = clock.today(hold.company.time_zone)
    if isinstance(details, Presented):
        row, _ = Presentation.objects.update_or_create(
            hold=hold, defaults={"company": hold.company, **asdict(details)}
        )
        Presentation.objects.filter(pk=row.pk, presented_date__isnull=True).update(
            presented_date=today
        )
    elif details is not None:
        model = Procedure if isinstance(details, Insolvency) else Succession
        model.objects.update_or_create(
            hold=hold, defaults={"company": hold.company, **asdict(details)}
        )
    _keep_tasks(hold, details, today)


def _keep_tasks(hold: Hold, details: HoldDetails | None, today: date) -> None:
    """Tasks as the details want them; one that nobody needs any more is settled by itself."""
    wanted = errands_of(hold.kind, details)
    mine = HoldTask.objects.filter(hold=hold)
    mine.filter(done_date__isnull=True).exclude(errand__in=wanted).update(done_date=today)
    for errand, due_date in wanted.items():
        values = {"company": hold.company, "due_date": due_date}
        HoldTask.objects.update_or_create(hold=hold, errand=errand, defaults=values)


def tick_task(task: HoldTask, *, user: User | None) -> bool:
    """Fatto. Twice changes nothing; whether it did."""
    today = clock.today(task.company.time_zone)
    open_ones = HoldTask.objects.filter(pk=task.pk, done_date__isnull=True)
    count = open_ones.update(done_date=today, user=user)
    return _mark(task, user, "task_done", f"Compito fatto: {ERRANDS[task.errand]}.", count)


def untick_task(task: HoldTask, *, user: User | None) -> bool:
    """Not done after all."""
    done = HoldTask.objects.filter(pk=task.pk, done_date__isnull=False)
    count = done.update(done_date=None, user=None)
    return _mark(task, user, "task_reopened", f"Compito riaperto: {ERRANDS[task.errand]}.", count)


def _mark(task: HoldTask, user: User | None, action: str, text: str, count: int) -> bool:
    if count:
        audit.record(task.company, user, action, target=task.hold.target_name, text=text)
    return bool(count)


ERRANDS = {
    "dati_procedura": "completare i dati della procedura",
    "insinuazione": "domanda di insinuazione al passivo",
    "precisazione_credito": "precisazione del credito",
    "nota_variazione": "nota di variazione IVA",
    "eredi": "trovare gli eredi",
    "liquidatore": "trovare il liquidatore",
}
