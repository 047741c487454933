"""Parameters of addresses, read as strictly as bodies: nothing may be misspelled, or said twice."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import ValidationError
from ninja.operation import Operation

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
        if wrong:
            raise ValidationError(wrong)
        return view(request, *args, **given)

    return strictly
