"""``{{ come_pagare }}``: to whom, on which account, with which words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sollecito.domain.identifiers import format_iban
from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.wording.facts import Account, Collection, Item
from sollecito.domain.wording.items import sort_items, sum_balances
from sollecito.domain.wording.naming import (
    first_of_each_document,
    full_number,
    join_words,
    payment_reason,
)


def say_how_to_pay(
    items: Sequence[Item], *, language: Language, is_foreign: bool, before_due: bool
) -> str:
    """The whole sentence, a line per account; empty where no account is known.

    ``before_due``: only then are RiBa, SDD and slips named, else a transfer is asked for.
    """
    ordered = sort_items(items)
    if before_due:
        collected = _say_collection(ordered, language)
        if collected:
            return collected
    accounts = list(dict.fromkeys(item.account for item in ordered if item.account))
    if not accounts:
        return ""
    if len(accounts) == 1 and all(item.account for item in ordered):
        return _say_one(accounts[0], ordered, language, is_foreign=is_foreign)
    return "\n".join(
        _say_share(
            account,
            [item for item in ordered if item.account == account],
            language,
            is_foreign=is_foreign,
        )
        for account in accounts
    )


def _say_one(
    account: Account, items: Sequence[Item], language: Language, *, is_foreign: bool
) -> str:
    transfer = _say_transfer(account, language, is_foreign=is_foreign)
    if language == "en":
        start = "The credit has been assigned: bank" if account.is_assignee else "Bank"
        return f"{_close(f'{start} {transfer}')} Reference: {payment_reason(items, 'en')}."
    start = "Il credito è stato ceduto: bonifico" if account.is_assignee else "Bonifico"
    return f"{_close(f'{start} {transfer}')} Causale: {payment_reason(items, 'it')}."


def _say_share(
    account: Account, items: Sequence[Item], language: Language, *, is_foreign: bool
) -> str:
    documents = first_of_each_document(items)
    names = join_words([full_number(item.number, item.series) for item in documents], language)
    amount = format_money(sum_balances(items), items[0].currency, language)
    transfer = _say_transfer(account, language, is_foreign=is_foreign)
    if language == "en":
        start = "credit assigned, bank" if account.is_assignee else "bank"
        return _close(f"For {names} ({amount}): {start} {transfer}")
    start = "credito ceduto, bonifico" if account.is_assignee else "bonifico"
    return _close(f"Per {names} ({amount}): {start} {transfer}")


def _say_transfer(account: Account, language: Language, *, is_foreign: bool) -> str:
    """From after «Bonifico» up to before the reference."""
    iban = format_iban(account.iban)
    bic = f", BIC {account.bic}" if account.bic and (is_foreign or language == "en") else ""
    bank = f" ({account.bank})" if account.bank and not account.is_assignee else ""
    if language == "en":
        only = "only " if account.is_assignee else ""
        holder = f", account holder {account.holder}{bank}" if account.holder else bank
        assignee = " (the assignee)" if account.is_assignee else ""
        charges = ", all charges to be borne by the payer" if is_foreign else ""
        return f"transfer {only}to IBAN {iban}{bic}{holder}{assignee}{charges}"
    only = "solo " if account.is_assignee else ""
    holder = f", intestato a {account.holder}{bank}" if account.holder else bank
    assignee = " (il cessionario)" if account.is_assignee else ""
    charges = ", spese a carico dell'ordinante" if is_foreign else ""
    return f"{only}su IBAN {iban}{bic}{holder}{assignee}{charges}"


def _close(sentence: str) -> str:
    """With its full stop, which «S.r.l.» has already."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def _say_collection(items: Sequence[Item], language: Language) -> str:
    """What is said where the creditor collects; empty where the customer must act itself."""
    kinds = {item.collection for item in items}
    if len(kinds) != 1 or Collection.NONE in kinds:
        return ""
    kind = kinds.pop()
    days = list(dict.fromkeys(format_date(item.due_date, language) for item in items))
    when = join_words(days, language)
    banks = {item.collection_bank for item in items}
    bank = banks.pop() if len(banks) == 1 else ""
    return _COLLECTION_WORDS[language][kind](when, bank)


def _riba(when: str, bank: str) -> str:
    at = f" domiciliata presso {bank}" if bank else ""
    return f"RiBa{at} con scadenza {when}: basta pagarla alla scadenza."


def _riba_en(when: str, bank: str) -> str:
    at = f" payable at {bank}" if bank else ""
    return f"Bank collection (RiBa){at} due {when}: just pay it when due."


_COLLECTION_WORDS: dict[Language, dict[Collection, Callable[[str, str], str]]] = {
    "it": {
        Collection.RIBA: _riba,
        Collection.SDD: lambda when, _: f"Addebito SDD in data {when}: non serve fare altro.",
        Collection.SLIP: lambda *_: "Con il MAV (o bollettino) allegato.",
    },
    "en": {
        Collection.RIBA: _riba_en,
        Collection.SDD: lambda when, _: f"SDD direct debit on {when}: there is nothing else to do.",
        Collection.SLIP: lambda *_: "With the attached payment slip.",
    },
}
