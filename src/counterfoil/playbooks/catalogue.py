"""All playbooks there are: ours, one in each module of ``kinds``, and those of the host."""

import pkgutil
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module

from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.models import ExceptionCase
from counterfoil.playbooks import kinds
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.queries import words
from counterfoil.rules.exceptions import declare, kind_named

_read: dict[str, Playbook] = {}


def read_all() -> None:
    """
    Read every playbook, so that all rooms know its kind; done once, when Django starts.

    What a host names and is none is left out here, and named by the system checks.
    """
    for module in pkgutil.iter_modules(kinds.__path__):
        _take(import_module(f"{kinds.__name__}.{module.name}").PLAYBOOK)
    for path in conf.PLAYBOOKS:
        with suppress(ImportError):
            brought = import_string(path)
            if isinstance(brought, Playbook):
                _take(brought)


def all_playbooks() -> tuple[Playbook, ...]:
    """Give every playbook, by the title of its kind."""
    return tuple(sorted(_read.values(), key=lambda one: one.kind.title))


def playbook_of(name: str) -> Playbook:
    """Give the playbook of a kind; one that nobody brings any more can still be closed by hand."""
    known = _read.get(name)
    if known is not None:
        return known
    return Playbook(kind=kind_named(name), arises="", facts=plain_facts, suggests=nothing)


def plain_facts(case: ExceptionCase) -> tuple[Fact, ...]:
    """Give the evidence as it is kept."""
    return tuple(Fact(label=label, text=text) for label, text in words.facts(case.evidence))


def nothing(_case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Suggest nothing."""
    return ()


def _take(playbook: Playbook) -> None:
    _read[playbook.kind.name] = playbook
    declare(playbook.kind)
