"""Kept connections to the database that the other end has let go."""

import select
from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse


class KeptConnections:
    """
    Closes each kept connection whose other end is gone, so that the request makes a new one.

    A server that goes says so, and that can be seen without asking it anything: there is something
    to read where nothing was asked for. Otherwise each thread's first request after a restart
    would fail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before everything that asks the database."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at those of this thread, and let the request be answered."""
        for one in connections.all(initialized_only=True):
            if one.connection is None or one.in_atomic_block:
                continue
            if one.connection.closed or _can_be_read(one.connection.fileno()):
                one.close()
        return self.get_response(request)


def _can_be_read(socket: int) -> bool:
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))
