"""Parts that are installed only where they are asked for."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def need(package: str, *, extra: str) -> None:
    """
    Refuse to go on without a package that was asked for.

    :raises ImproperlyConfigured: naming the extra that brings it.
    """
    try:
        found = find_spec(package)
    except ModuleNotFoundError:  # not even what is around it
        found = None
    if found is None:
        raise ImproperlyConfigured(f"{package} is missing: pip install 'counterfoil[{extra}]'.")
