"""Making anew, under the current keys, what older ones keep: some rows at a time, set by set."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from django.db import connection
from django.db.models import Model, Q
from psycopg import sql

from counterfoil.models import DeclaredOrder, Subject
from counterfoil.models.kept import LookedUp, Sealed
from counterfoil.models.keys import keyring
from counterfoil.operations._uniqueness import unique_keys_of
from counterfoil.rules.keyring import Purpose

UNREADABLE = (KeyError, InvalidTag, ValueError)  # no key for it, or not what was sealed


class Batch(NamedTuple):
    """What became of some rows: ``last`` is where the next begin, ``None`` after the last."""

    renewed: int
    unreadable: int
    last: list[Any] | None


def reseal(kept: Sealed, *, after: Sequence[Any] | None, limit: int) -> Batch:
    """Seal some rows under the current key; a row that changed meanwhile is left as it is."""
    ring = keyring()
    current = ring.current(kept.purpose)
    rows = _older(kept.model, ~Q(**{kept.key: current}), kept.column, after)
    found, last = _page(rows, ["pk", *kept.columns()], limit)
    new: list[tuple[Any, ...]] = []
    unreadable = 0
    for row in found:
        was = bytes(row[kept.column])
        try:
            about = kept.bound_to(row, row[kept.key])
            plain = ring.open_(row[kept.key], was, kept.purpose, about)
        except UNREADABLE:
            unreadable += 1
            continue
        _, sealed = ring.seal(plain, kept.purpose, kept.bound_to(row, current))
        new.append((*_identity(row["pk"]), was, sealed))
    written = _write(kept.model, kept.column, new, number=(kept.key, current))
    return Batch(written, unreadable, last)


def rehash(kept: LookedUp, *, after: Sequence[Any] | None, limit: int) -> Batch:
    """Make the look-ups of some rows under the current key."""
    ring = keyring()
    current = ring.current(Purpose.INDEX)
    rows = _older(kept.model, ~Q(**{kept.key: current}) & kept.readable, kept.column, after)
    found = list(rows.order_by("pk")[:limit])
    new, unreadable = [], 0
    for row in found:
        try:
            plain = kept.plain(row)
        except UNREADABLE:
            plain = None
        if plain is None:
            unreadable += 1
            continue
        digest = ring.lookup(kept.label, plain).digest
        new.append((row.pk, bytes(getattr(row, kept.column)), digest))
    number = (kept.key, current)
    written = _write(kept.model, kept.column, new, number=number, unless_known=True)
    return Batch(written, unreadable, _last(found, limit))


def rehash_told(*, after: Sequence[Any] | None, limit: int) -> Batch:
    """Make the hashes of some told orders anew; they do not say with which key they were made."""
    ring = keyring()
    found = list(_older(DeclaredOrder, Q(), "digest", after).order_by("pk")[:limit])
    new, unreadable = [], 0
    for row in found:
        try:
            digest = ring.lookup("declared:", row.body().canonical().decode()).digest
        except UNREADABLE:
            unreadable += 1
            continue
        if digest != bytes(row.digest):
            new.append((row.pk, bytes(row.digest), digest))
    return Batch(_write(DeclaredOrder, "digest", new), unreadable, _last(found, limit))


def rehash_unique(*, after: Sequence[Any] | None, limit: int) -> Batch:
    """
    Make anew what keeps some subjects unique.

    Where it was made of something else than what is kept now, or by a kind that is not declared
    any more, it is left.
    """
    current = keyring().current(Purpose.INDEX)
    older = ~Q(unique_key__startswith=f"{current}:")
    found = list(_older(Subject, older, "unique_key", after).order_by("pk")[:limit])
    new = []
    for row in found:
        keys = unique_keys_of(row)
        if row.unique_key in keys:
            new.append((row.pk, row.unique_key, keys[0]))
    written = _write(Subject, "unique_key", new)
    return Batch(written, len(found) - len(new), _last(found, limit))


def _last(found: Sequence[Model], limit: int) -> list[Any] | None:
    return [str(found[-1].pk)] if len(found) == limit else None


def _older(model: type[Model], which: Q, column: str, after: Sequence[Any] | None) -> Any:
    rows = model._default_manager.filter(which, **{f"{column}__isnull": False})
    if after is not None:
        rows = rows.filter(pk__gt=tuple(after) if len(after) > 1 else after[0])
    return rows


def _page(
    rows: Any, columns: list[str], limit: int
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    found = [
        dict(zip(columns, row, strict=True))
        for row in rows.order_by("pk").values_list(*columns)[:limit]
    ]
    last = [str(one) for one in _identity(found[-1]["pk"])] if len(found) == limit else None
    return found, last


def _identity(pk: Any) -> tuple[Any, ...]:
    return pk if isinstance(pk, tuple) else (pk,)


def _write(
    model: type[Model],
    column: str,
    new: Sequence[tuple[Any, ...]],
    *,
    number: tuple[str, int] | None = None,
    unless_known: bool = False,
) -> int:
    """
    Write rows that still stand as they were read, in one statement; gives how many did.

    ``unless_known`` leaves a row whose new look-up another row has by now, or gets as well: what
    was kept under two older keys stays two rows, of which one is renewed.
    """
    if not new:
        return 0
    meta = model._meta
    kind = meta.get_field(column).db_type(connection)
    identity = [(str(field.column), field.db_type(connection)) for field in meta.pk_fields]
    given = [*identity, ("_was", kind), ("_new", kind)]
    taken: sql.Composable = sql.SQL("")
    source = sql.SQL("unnest({arrays}) AS n({names})")
    if number and unless_known:
        source = sql.SQL(
            "(SELECT DISTINCT ON (_new) * FROM unnest({arrays}) AS n({names})"
            " ORDER BY _new, {first}) AS n"
        )
        taken = sql.SQL(
            " AND NOT EXISTS (SELECT FROM {} o WHERE o.{} = {} AND o.{} = n._new)"
        ).format(_name(meta.db_table), _name(number[0]), sql.Literal(number[1]), _name(column))
    statement = sql.SQL(
        "UPDATE {table} t SET {column} = n._new{number} FROM {source}"
        " WHERE {same} AND t.{column} = n._was{taken}"
    ).format(
        table=_name(meta.db_table),
        column=_name(column),
        number=sql.SQL(", {} = {}").format(_name(number[0]), sql.Literal(number[1]))
        if number
        else sql.SQL(""),
        source=source.format(
            arrays=sql.SQL(", ").join(sql.SQL(f"%s::{it}[]") for _, it in given),
            names=sql.SQL(", ").join([_name(name) for name, _ in given]),
            first=_name(identity[0][0]),
        ),
        same=sql.SQL(" AND ").join(
            sql.SQL("t.{0} = n.{0}").format(_name(it)) for it, _ in identity
        ),
        taken=taken,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values) for values in zip(*new, strict=True)])
        return int(cursor.rowcount)


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)
