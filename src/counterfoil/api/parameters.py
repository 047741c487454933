"""
Parameters of addresses, read as strictly as bodies: nothing may be misspelled, or said twice.

What no database keeps is in none, so nobody has to look for it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from ninja import Router
from ninja.errors import ValidationError
from ninja.operation import Operation

from counterfoil.rules.keepable import flaw_in

UNKNOWN = "There is no such parameter."
TWICE = "It is there more than once; only one can be used."


def refuse_unknown_parameters(router: Router) -> None:
    """
    Let every operation of a router refuse parameters that it does not read.

    A filter that is misspelled would otherwise show, and have acted upon, far more than was meant.
    """
    for path in router.path_operations.values():
        for operation in path.operations:
            operation.view_func = _refusing(operation)


def _refusing(operation: Operation) -> Callable[..., Any]:
    view = operation.view_func
    known: set[str] = set()
    several: set[str] = set()
    has_form = any(model.__ninja_param_source__ == "form" for model in operation.models)
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            known |= set(getattr(model, "__ninja_flatten_map__", ()))
            several |= set(getattr(model, "__ninja_collection_fields__", ()))

    @wraps(view)
    def strictly(request: HttpRequest, *args: Any, **given: Any) -> Any:
        wrong = [
            {"loc": ("query", name[:40]), "msg": UNKNOWN if name not in known else TWICE}
            for name, values in request.GET.lists()
            if name not in known or (len(values) > 1 and name not in several)
        ]
        wrong += _unkept("query", request.GET)
        wrong += _unkept("form", request.POST) if has_form else []
        if wrong:
            raise ValidationError(wrong)
        if flaw_in([one for one in given.values() if isinstance(one, str)]) is not None:
            raise Http404  # nothing is called like that
        return view(request, *args, **given)

    return strictly


def _unkept(where: str, given: QueryDict) -> list[dict[str, Any]]:
    found = ((name, flaw_in(values)) for name, values in given.lists())
    return [{"loc": (where, name[:40]), "msg": flaw.says} for name, flaw in found if flaw]
