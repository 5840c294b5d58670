"""Many keys and many rows at once, without a placeholder for each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL


def among(ids: Collection[int]) -> RawSQL:
    """For ``…__in``: ids as one parameter; a thousand placeholders cost more than the answer."""
    listed = ",".join(map(str, ids))
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [f"{{{listed}}}"])
    return RawSQL("SELECT value FROM json_each(%s)", [f"[{listed}]"])


def among_texts(texts: Collection[str]) -> RawSQL:
    """The same for a column of text."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(texts)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(texts))])


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values stand in the order of the fields named (``attname``).

    The others get the model's defaults. Nothing is returned: find new ids by what is unique.
    """
    if not rows:
        return
    options = model._meta  # noqa: SLF001  Django documents it
    known = {each.attname: each for each in options.concrete_fields}
    rest = [name for name, each in known.items() if name not in names and not each.primary_key]
    constant = tuple(_stored(known[name])(known[name].get_default()) for name in rest)
    changed = [
        (place, _stored(known[name]))
        for place, name in enumerate(names)
        if isinstance(known[name], _ADAPTED)
    ]
    columns = [str(known[name].column) for name in (*names, *rest)]
    _write(options.db_table, columns, [_row(each, changed) + constant for each in rows])


def keep_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of numbers and dates, or write over those that have the same key.

    The key is the first name; the model has no other fields than those named (``attname``).
    """
    if not rows:
        return
    options = model._meta  # noqa: SLF001  Django documents it
    quote = connection.ops.quote_name
    known = {each.attname: each for each in options.concrete_fields}
    fields = [known[name] for name in names]
    columns = [quote(str(field.column)) for field in fields]
    written = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns[1:])
    target = f"INSERT INTO {quote(options.db_table)} ({', '.join(columns)})"
    clash = f"ON CONFLICT ({columns[0]}) DO UPDATE SET {written}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            values = [_array(column) for column in zip(*rows, strict=True)]
            cursor.execute(f"{target} SELECT * FROM unnest({arrays}) {clash}", values)  # noqa: S608  names of our own
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"{target} VALUES ({marks}) {clash}", rows)


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


_ADAPTED = (models.DateTimeField, models.DecimalField, models.JSONField)
"""What the drivers do not store as Django does."""


def _stored(field: Any) -> Callable[[Any], Any]:
    def stored(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return lru_cache(maxsize=64)(stored) if isinstance(field, models.DateTimeField) else stored


def _row(row: tuple[Any, ...], changed: list[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    if not changed:
        return row
    values = list(row)
    for place, stored in changed:
        values[place] = stored(values[place])
    return tuple(values)


def _write(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    target = f"{quote(table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {target} FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608  names of our own
