"""A host's system as a test needs it: with a memory, and with bad days."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from counterfoil.effects.provisioning import ProvisioningRequest, RemovalRequest
from counterfoil.hosting import asking

IN_TIME = 120.0


def nothing() -> None:
    """Do nothing."""


def wait_for_calls() -> None:
    """Wait until no adapter is at work any more: what one still does takes a place of the next."""
    for one in threading.enumerate():
        if one.name == asking.THREAD:
            one.join(IN_TIME)


@dataclass
class World:
    """What the host has, what it was asked, and what happens before and after it does it."""

    records: dict[str, ProvisioningRequest] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing


class Host:
    """Keeps records by key; a key that was removed stays removed."""

    world = World()

    def provision(self, request: ProvisioningRequest) -> str:
        """Make the record, between whatever happens before and after."""
        self.world.calls.append(f"make {request.key}")
        self.world.before()
        if request.key not in self.world.removed:
            self.world.records[request.key] = request
        self.world.after()
        return f"record of {request.key}"

    def deprovision(self, request: RemovalRequest) -> None:
        """Remove the record, between whatever happens before and after."""
        self.world.calls.append(f"remove {request.key}")
        self.world.before()
        self.world.removed.add(request.key)
        self.world.records.pop(request.key, None)
        self.world.after()
