"""What operators and hosts meet: channels, exceptions, permissions, settings, checks."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import counterfoil.channels
from counterfoil import checks as system_checks
from counterfoil import conf
from counterfoil.channels.stripe_events import PAYMENT_TOPICS, SESSION_TOPICS
from counterfoil.playbooks.catalogue import all_playbooks
from counterfoil.queries.invariants import INVARIANTS
from counterfoil.queries.words import duration
from counterfoil.rules.mail_forms import FORMS
from counterfoil.rules.permissions import ROLES, Permission
from counterfoil.rules.terms import Terms

from . import words
from .markdown import code, prose, sentence, table


def all_channels() -> dict[str, type]:
    """Find the adapters, by the name of their module."""
    found = {}
    for module in pkgutil.iter_modules(counterfoil.channels.__path__):
        loaded = import_module(f"counterfoil.channels.{module.name}")
        for name, one in inspect.getmembers(loaded, inspect.isclass):
            is_adapter = {"authenticate", "read_order"} <= vars(one).keys()
            if is_adapter and one.__module__ == loaded.__name__ and name != "Channel":
                found[module.name] = one
    return found


def channels() -> str:
    """Write the channels there are."""
    rows = (
        [code(name), " ".join(prose(inspect.getdoc(one)).split())]
        for name, one in all_channels().items()
    )
    return table(["channel", "what it is"], rows)


def stripe_events() -> str:
    """Write the events an endpoint at Stripe has to send."""
    return "\n".join(f"* `{topic}`" for topic in (*SESSION_TOPICS, *PAYMENT_TOPICS))


def exceptions() -> str:
    """Write the kinds of exceptions."""
    return table(
        ["kind", "in the console", "how it arises", "what is suggested", "due within"],
        (
            [
                code(one.kind.name),
                f"**{one.kind.title}.** {one.kind.summary}",
                one.arises,
                sentence(inspect.getdoc(one.suggests)),
                duration(one.kind.due),
            ]
            for one in all_playbooks()
        ),
    )


def invariants() -> str:
    """Write the invariants."""
    return table(
        ["name", "promise", "what is always true"],
        ([code(one.name), one.promise, one.says] for one in INVARIANTS),
    )


def permissions() -> str:
    """Write the permissions of staff."""
    return table(
        ["permission", "allows to"], ([code(one.full_name), one.words] for one in Permission)
    )


def roles() -> str:
    """Write which role may do what."""
    return table(
        ["permission", *ROLES],
        (
            [code(one.value), *("yes" if one in given else "" for given in ROLES.values())]
            for one in Permission
        ),
    )


def all_settings() -> dict[str, tuple[Any, str]]:
    """Give default and meaning of every setting."""
    [settings] = [
        node
        for node in ast.parse(inspect.getsource(conf)).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    ]
    found = {}
    for one, doc in zip(settings.body, [*settings.body[1:], None], strict=True):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            told = doc.value if isinstance(doc, ast.Expr) else None
            meaning = str(told.value) if isinstance(told, ast.Constant) else ""
            found[one.target.id] = (vars(conf.Settings)[one.target.id], meaning)
    return found


def settings() -> str:
    """Write the settings."""
    return table(
        ["setting", "default", "meaning"],
        (
            [code(f"COUNTERFOIL_{name}"), code(repr(default)), sentence(meaning)]
            for name, (default, meaning) in all_settings().items()
        ),
    )


def _checking() -> Iterator[ast.Module]:
    """Read every module that checks something."""
    for path in sorted(Path(system_checks.__file__).parent.glob("*.py")):
        yield ast.parse(path.read_text())


def all_checks() -> Iterator[tuple[str, str, str]]:
    """Give id, message and hint of every system check."""
    for node in (one for tree in _checking() for one in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        name = given.get("id")
        if isinstance(name, ast.Constant):
            hint = given.get("hint")
            yield str(name.value), _text(node.args[0]), _text(hint) if hint else ""


def checks() -> str:
    """Write the system checks."""
    rows = ([code(name), says, hint] for name, says, hint in sorted(all_checks()))
    return table(["check", "what it says", "what mends it"], rows)


def terms() -> str:
    """Write the terms of a product."""
    plain = Terms().as_data()
    return table(
        ["term", "default", "meaning"],
        (
            [code(one.name), code(repr(_plain(plain[one.name]))), words.TERMS[one.name]]
            for one in fields(Terms)
        ),
    )


def mail_forms() -> str:
    """Write every mail whose words can be changed, and its placeholders."""
    rows = []
    for form in FORMS.values():
        names = [*form.values, *form.blocks]
        marked = [code(f"{{{name}}}") + ("*" if name in form.required else "") for name in names]
        rows.append([code(form.key), form.title, " ".join(marked)])
    return table(["mail", "what it is", "placeholders (* needed)"], rows)


def enumeration(meanings: Mapping[Any, str], *, head: str = "kind") -> str:
    """Write a list of words and what they mean."""
    rows = ([code(str(getattr(one, "value", one))), told] for one, told in meanings.items())
    return table([head, "meaning"], rows)


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _text(node: ast.expr) -> str:
    """Read a sentence from the source; what is put in at run time is an ellipsis."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(getattr(part, "value", "…")) if isinstance(part, ast.Constant) else "…"
            for part in node.values
        )
    return "Every mistake in the key ring, by name."
