"""
The parts of the reference that are written by the code.

A page says ``<!-- generated: errors -->`` where the errors go; they are put there while Sphinx
reads the page, so they are never out of date and never in the repository.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import django

django.setup()

from . import (  # noqa: E402 - Django first
    acts,
    commands,
    covered,
    events,
    figures,
    interface,
    lifecycle,
    operating,
    testing,
    words,
)

PLACE = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)

GENERATORS: Mapping[str, Callable[[], str]] = {
    "lifecycle-diagram": lifecycle.diagram,
    "states": lifecycle.states,
    "moves": lifecycle.moves,
    "public-states": lifecycle.public_states,
    "allowed-acts": lifecycle.allowed,
    "operations": acts.operations,
    "reasons": acts.reasons,
    "errors": interface.errors,
    "scopes": interface.scopes,
    "api": interface.api,
    "api-bodies": interface.bodies,
    "channels": operating.channels,
    "stripe-events": operating.stripe_events,
    "event-types": events.types,
    "event-fields": events.common,
    "event-data": events.data,
    "exceptions": operating.exceptions,
    "figures": figures.definitions,
    "failures": covered.matrix,
    "failures-apart": covered.reasons,
    "failures-tests": covered.tests,
    "invariants": operating.invariants,
    "permissions": operating.permissions,
    "roles": operating.roles,
    "settings": operating.settings,
    "checks": operating.checks,
    "commands": commands.overview,
    "command-options": commands.details,
    "django-commands": commands.django_commands,
    "terms": operating.terms,
    "testing": testing.names,
    "grant-categories": lambda: operating.enumeration(words.GRANTS),
    "hold-kinds": lambda: operating.enumeration(words.HOLDS),
    "mail-forms": operating.mail_forms,
    "mails": lambda: operating.enumeration(words.MAILS),
    "promises": lambda: operating.enumeration(words.PROMISES, head="promise"),
}


def fill(text: str) -> str:
    """Put what is generated into a page where the page asks for it."""
    return PLACE.sub(lambda place: GENERATORS[place[1]](), text)


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx fill pages while it reads them."""
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", lambda app, env, *_: _generated(env))
    return {"parallel_read_safe": True}


def _fill(_app: Any, _page: str, source: list[str]) -> None:
    source[0] = fill(source[0])


def _generated(env: Any) -> list[str]:
    """Read again every time whatever may have changed without its page having changed."""
    return [page for page in env.found_docs if PLACE.search(env.doc2path(page).read_text())]
