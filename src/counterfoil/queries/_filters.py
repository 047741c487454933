"""What lists are narrowed down by: read from an address, checked, written and said in words."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.errors import FilterWrong

MOST = 200
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
NOBODY = "-"
Words = str | Promise
Options = Callable[[], Iterable[tuple[str, Words]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """
    One thing a list is narrowed down by; ``name`` is what it is called in an address.

    ``read`` raises ``ValueError`` with a sentence. ``options`` gives what can be chosen, where
    that is a handful; ``kind`` says how it is asked for: ``choice``, ``many``, ``day``, ``text``
    or, where it only ever comes from a link, ``link``.
    """

    name: str
    label: Words
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    told: Callable[[Any], str] = str
    options: Options = tuple
    kind: str = "choice"


class Filter:
    """Parts together, as a dataclass with a field of the same name for each of them."""

    __slots__ = ()
    PARTS: ClassVar[tuple[Part, ...]] = ()

    @property
    def moment(self) -> str:
        """Name the column by which what is found is sorted, the newest first; their id if empty."""
        return ""

    @classmethod
    def from_query(cls, query: Mapping[str, Any], *, beside: Collection[str] = ()) -> Self:
        """
        Read what stands in an address; what is empty narrows nothing down.

        ``beside`` names what else may stand there. Anything else is refused: a filter that is
        misspelt would show, and have acted upon, far more than was meant.

        :raises FilterWrong: naming the filter, and saying what is wrong with it.
        """
        known = {part.name for part in cls.PARTS}
        for name in query:
            if name not in known and name not in beside:
                raise FilterWrong(name[:40], _("There is no such filter for this list."))
        found: dict[str, Any] = {}
        for part in cls.PARTS:
            values = [_read(part, one) for one in _given(query, part.name) if one]
            if part.kind == "many" and values:
                found[part.name] = tuple(dict.fromkeys(values))
            elif len(set(values)) > 1:
                raise FilterWrong(part.name, _("It is there more than once; only one can be used."))
            elif values:
                found[part.name] = values[0]
        return cls(**found)

    def to_query(self) -> str:
        """Write it as it stands in an address behind the question mark; empty if all are meant."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Write it as names and values of an address, in the order of :meth:`words`."""
        return [(part.name, part.write(one)) for part, one in self._set()]

    def words(self) -> tuple[tuple[str, str], ...]:
        """Say what it is narrowed down to: what is looked at, and what that has to be."""
        return tuple((str(part.label), part.told(one)) for part, one in self._set())

    def _set(self) -> Sequence[tuple[Part, Any]]:
        """Give what is not as it would be if nobody asked for anything."""
        empty = {field.name: field.default for field in fields(self)}  # type: ignore[arg-type]
        found: list[tuple[Part, Any]] = []
        for part in self.PARTS:
            value = getattr(self, part.name)
            if value != empty[part.name]:
                found += [(part, one) for one in (value if part.kind == "many" else [value])]
        return found


def choice(name: str, label: Words, words: Mapping[Any, Words], *, kind: str = "choice") -> Part:
    """Make a part that is one (or some) of a few words."""
    values = {str(value): value for value in words}

    def read(text: str) -> Any:
        if text not in values:
            known = ", ".join(values)
            raise ValueError(_("It has to be one of these: %(known)s.") % {"known": known})
        return values[text]

    return Part(
        name=name,
        label=label,
        read=read,
        told=lambda one: str(words[one]),
        options=lambda: [(str(value), said) for value, said in words.items()],
        kind=kind,
    )


def flag(name: str, label: Words) -> Part:
    """Make a part that is so or is not."""
    part = choice(name, label, {"yes": later("yes"), "no": later("no")})
    return Part(
        name=name,
        label=label,
        read=lambda text: part.read(text) == "yes",
        write=lambda one: "yes" if one else "no",
        told=lambda one: part.told("yes" if one else "no"),
        options=part.options,
    )


def day(name: str, label: Words) -> Part:
    """Make a part that is a day, where the reader lives."""

    def read(text: str) -> date:
        try:
            found = date.fromisoformat(text)
        except ValueError:
            said = _("It has to be a day, written like 2026-11-30.")
            raise ValueError(said) from None
        if not FIRST_DAY <= found <= LAST_DAY:
            raise ValueError(_("It has to be a day of this century or the next."))
        return found

    return Part(name=name, label=label, read=read, told=date.isoformat, kind="day")


def named(name: str, label: Words, known: Callable[[str], str | None], options: Options) -> Part:
    """Make a part that is one of our records; ``known`` gives what it is called, if it exists."""

    def read(text: str) -> str:
        if known(text) is None:
            raise ValueError(_("There is none of the name “%(name)s”.") % {"name": text[:60]})
        return text

    return Part(
        name=name, label=label, read=read, told=lambda one: known(one) or one, options=options
    )


def one_id(name: str, label: Words, told: Callable[[UUID], str] = str) -> Part:
    """Make a part that is one of our ids; it stands in links and is not asked for."""

    def read(text: str) -> UUID:
        try:
            return UUID(text)
        except ValueError:
            raise ValueError(_("It has to be one of our ids.")) from None

    return Part(name=name, label=label, read=read, told=told, kind="link")


def text(name: str, label: Words, *, told: Callable[[str], str] = str, kind: str = "text") -> Part:
    """Make a part that is looked for as it is written."""
    return Part(name=name, label=label, read=str, told=told, kind=kind)


def begins(one: date) -> datetime:
    """Give the moment a day begins where the reader lives."""
    return datetime.combine(one, time.min, tzinfo=timezone.get_current_timezone())


def is_over(one: date) -> datetime:
    """Give the moment a day is over where the reader lives."""
    return begins(one + timedelta(days=1))


def _given(query: Mapping[str, Any], name: str) -> list[str]:
    found = query.getlist(name) if isinstance(query, QueryDict) else query.get(name, "")
    several = found if isinstance(found, list | tuple) else [found]
    return [str(one).strip() for one in several]


def _read(part: Part, value: str) -> Any:
    if len(value) > MOST or "\x00" in value:
        raise FilterWrong(part.name, _("Nothing is called like that."))
    try:
        return part.read(value)
    except ValueError as wrong:
        raise FilterWrong(part.name, str(wrong)) from None
