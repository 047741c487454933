"""
The PostgreSQL the tests use: ``DATABASE_URL``, or else one of their own.

It is shared by all workers of a run, and gone with the last of them however they end. Unlike a
server for people it does not wait for the disk: no test cuts the power, and it is much quicker.
"""

import os

from counterfoil_server.embedded import EmbeddedPostgres

_servers: list[EmbeddedPostgres] = []  # held for as long as this process lives


def url() -> str:
    """Give the address of the server, starting one if needed; workers inherit it."""
    if "DATABASE_URL" not in os.environ:
        server = EmbeddedPostgres.temporary()
        os.environ["DATABASE_URL"] = server.start()
        _servers.append(server)
    return os.environ["DATABASE_URL"]
