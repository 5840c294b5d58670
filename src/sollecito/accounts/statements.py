"""Queries that run for every message: built once, then asked with other ids and days.

Building one costs more than its answer over a handful of rows. It must read plain columns and
hold nothing that changes but what ``ids`` and ``given`` stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value goes once the query is asked."""

    name: str
    is_list: bool = False


def ids(name: str) -> RawSQL:
    """For ``…__in``: the ids given by that name."""
    is_postgres = connection.vendor == "postgresql"
    sql = "SELECT unnest(%s::bigint[])" if is_postgres else "SELECT value FROM json_each(%s)"
    return RawSQL(sql, [_Place(name, is_list=True)])  # noqa: S611  text of our own


def given(name: str) -> RawSQL:
    """A number or a day given by that name."""
    return RawSQL("%s", [_Place(name)])


@dataclass(frozen=True, slots=True)
class _Built:
    sql: str
    parameters: tuple[Any, ...]
    converters: Mapping[int, tuple[tuple[Any, ...], Any]]


@dataclass(slots=True)
class Statement:
    """A query of values, and what it was built into for each kind of database."""

    build: Callable[[], QuerySet[Any, Any]]
    _built: dict[str, _Built] = field(default_factory=dict)

    def rows(self, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Its rows for these values; read at once."""
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = self._compile()
        with connection.cursor() as cursor:
            cursor.execute(built.sql, [_filled(each, values) for each in built.parameters])
            found = cursor.fetchall()
        return (_converted(row, built.converters) for row in found)

    def _compile(self) -> _Built:
        compiler = self.build().query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return _Built(
            sql, tuple(parameters), {k: (tuple(c), e) for k, (c, e) in converters.items()}
        )


def _filled(parameter: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(parameter, _Place):
        return parameter
    value = values[parameter.name]
    if parameter.is_list:
        return _listed(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _listed(keys: Collection[int]) -> str:
    listed = ",".join(map(str, keys))
    return f"{{{listed}}}" if connection.vendor == "postgresql" else f"[{listed}]"


def _converted(
    row: tuple[Any, ...], converters: Mapping[int, tuple[tuple[Any, ...], Any]]
) -> tuple[Any, ...]:
    values = list(row)
    for place, (functions, expression) in converters.items():
        for function in functions:
            values[place] = function(values[place], expression, connection)
    return tuple(values)
