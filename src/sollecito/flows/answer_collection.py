"""Esito di un effetto: collected subject to clearing (salvo buon fine), or returned unpaid."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.hold_details import EFFECT_OF_METHOD, EFFECTS, Effect
from sollecito.domain.money import format_money
from sollecito.dunning.models import Hold, Presentation
from sollecito.flows import audit, clock
from sollecito.flows.detail_hold import HoldRefusedError
from sollecito.flows.hold_reminders import release_hold
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.flows.undo_payments import undo_payment
from sollecito.ledger.models import Instalment, Payment
from sollecito.ledger.queries import derived_balance, with_derived_balance

NOTE = "Incassata salvo buon fine"
MOST_FEE = Decimal(1000)


def collect_effect(hold: Hold, *, user: User | None) -> Payment:
    """Presented and silent: what is left counts as collected, on the effect's day.

    It may still come back (a core direct debit for eight weeks): ``return_effect``. Raises
    HoldRefusedError where it was answered already, or nothing is left.
    """
    with transaction.atomic():
        row, shown = _lock(hold)
        left = derived_balance(row)
        if left <= 0:
            raise HoldRefusedError("Rata già saldata: riprendi i solleciti, non c'è altro da fare.")
        today = clock.today(hold.company.time_zone)
        day = min(shown.due_date or row.due_date, today)
        note = f"{NOTE} ({EFFECTS[Effect(shown.effect)]})"
        payment = pay_instalment(row, amount=left, day=day, user=user, method=row.method, note=note)
        shown.outcome, shown.outcome_date = Presentation.Outcome.COLLECTED, today
        shown.payment = payment
        shown.save()
        release_hold(hold, user=user)
    return payment


def return_effect(hold: Hold, *, fee: Decimal = Decimal(0), user: User | None) -> None:
    """Returned unpaid (insoluto): open again in a new round, which begins with its own text.

    What was recorded salvo buon fine is taken back. ``fee`` is what the bank charged, said in
    the message and not added to the balance. Raises HoldRefusedError.
    """
    if not 0 <= fee <= MOST_FEE:
        raise HoldRefusedError("Le spese della banca vanno da 0,00 a 1.000,00 €.")
    with transaction.atomic():
        row, shown = _lock(hold, is_return=True)
        if shown.payment and shown.payment.undone_at is None:
            undo_payment(shown.payment, user=user)
        elif derived_balance(row) <= 0:
            raise HoldRefusedError("La rata risulta incassata: annulla prima quell'incasso.")
        shown.outcome = Presentation.Outcome.RETURNED
        shown.outcome_date = clock.today(hold.company.time_zone)
        shown.fee, shown.round = fee, row.round + 1
        shown.save()
        Instalment.objects.filter(pk=row.pk).update(round=row.round + 1)
        release_hold(hold, user=user)
        touch_instalments([row.pk])
        text = f"{EFFECTS[Effect(shown.effect)]}: tornata insoluta, i solleciti ricominciano."
        if fee:
            text += f" Spese della banca: {format_money(fee, row.currency)}."
        audit.record(
            hold.company, user, "effect_returned", target=f"instalment:{row.pk}", text=text
        )


def _lock(hold: Hold, *, is_return: bool = False) -> tuple[Instalment, Presentation]:
    """The instalment with its derived balance, and its effect, not answered yet."""
    if hold.kind != Hold.Kind.IN_COLLECTION or hold.instalment_id is None:
        raise HoldRefusedError("Non è un effetto di una rata.")
    rows = Instalment.objects.select_for_update().filter(pk=hold.instalment_id)
    row: Instalment = with_derived_balance(rows).select_related("company", "party").get()
    guess = EFFECT_OF_METHOD.get(row.method, Effect.RIBA)
    shown, _ = Presentation.objects.select_related("payment").get_or_create(
        hold=hold, defaults={"company": hold.company, "effect": guess}
    )
    is_answered = shown.outcome and not (
        is_return and shown.outcome == Presentation.Outcome.COLLECTED
    )
    if is_answered or (hold.released_at is not None and not shown.outcome):
        raise HoldRefusedError("L'esito è già registrato: aggiorna la pagina.")
    return row, shown
