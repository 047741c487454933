"""The secrets with which a connection's messages are signed."""

from counterfoil.errors import ConnectionIncomplete
from counterfoil.models import Connection


def signing_secrets(connection: Connection, name: str) -> tuple[str, ...]:
    """
    Give the secrets a connection keeps under a name, the current one first.

    :raises ConnectionIncomplete: if there is none.
    """
    found = connection.secrets().get(name)
    listed = found if isinstance(found, list) else [found]
    usable = tuple(one for one in listed if isinstance(one, str) and one.strip())
    if not usable:
        raise ConnectionIncomplete("Its signing secret was never set.")
    return usable
