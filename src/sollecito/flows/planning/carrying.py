"""What a person wrote in a draft that was withdrawn goes on with the draft that takes its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft, Reminder

MOST = 500


def carry_edits(company: Company, made: Collection[int]) -> None:
    """Hand the words of withdrawn drafts to new ones of the same step, channel and customer.

    They share an item at least. Whether the words still are true is asked when the draft is
    composed: where they are not, they are offered.
    """
    lost = withdrawn_with_words(company)
    if not lost:
        return
    keys = {_key(draft) for draft in lost}
    new = Draft.objects.filter(pk__in=made, party__in={draft.party_id for draft in lost})
    heirs = [draft for draft in new.select_related("content") if _key(draft) in keys]
    if not heirs:
        return
    items = _items([draft.pk for draft in (*lost, *heirs)])
    for heir in heirs:
        for old in lost:
            if old.edits and _key(old) == _key(heir) and items[old.pk] & items[heir.pk]:
                Draft.objects.filter(pk=heir.pk).update(edits=old.edits)
                Draft.objects.filter(pk=old.pk).update(edits=None)
                old.edits = None
                break


def withdrawn_with_words(company: Company) -> list[Draft]:
    """Drafts that were not sent and hold what a person wrote, the latest first."""
    rows = Draft.objects.filter(
        company=company, is_open=False, is_issued=False, edits__isnull=False
    )
    return list(rows.select_related("content").order_by("-pk")[:MOST])


def _key(draft: Draft) -> tuple[int, int, str]:
    return (draft.party_id, draft.step_id, draft.content.channel)


def _items(contents: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Reminder.objects.filter(content__in=contents)
    for content, instalment in rows.order_by().values_list("content", "instalment"):
        found[content].add(instalment)
    return found
