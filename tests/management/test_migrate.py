"""Tables are changed while others use them: nobody waits long behind it, and it comes through."""

import io
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from tests.server.test_backup import address

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, TABLE = "0038", "counterfoil_partner"  # the next migration refers to it
BRIEFLY = ("--lock-timeout", "0.05")


class Told(io.StringIO):
    """What the command says; the first time it says that it waits, something happens."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self.then = then
        self.waits = 0

    def write(self, text: str, /) -> int:
        if "trying again" in text:
            self.waits += 1
            self.then()
        return super().write(text)


@pytest.fixture
def one_behind() -> Iterator[None]:
    call_command("migrate", "counterfoil", BEFORE, verbosity=0)
    yield
    call_command("migrate", verbosity=0)


@pytest.fixture
def holder(one_behind: None) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Hold the table, as a report or a forgotten session does."""
    with psycopg.connect(address()) as other:
        other.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        yield other


def is_there(table: str) -> bool:
    return table in connection.introspection.table_names()


def test_it_lets_others_pass_and_comes_through_when_they_are_done(
    holder: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    said = Told(holder.commit)

    call_command("counterfoil_migrate", *BRIEFLY, verbosity=0, stdout=said)

    assert said.waits == 1
    assert is_there("counterfoil_webhookendpoint")
    with connection.cursor() as cursor:  # as it was for whoever uses this connection next
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


def test_it_gives_up_in_a_sentence_and_leaves_nothing_half_done(
    holder: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    said = Told(lambda: None)
    with pytest.raises(CommandError, match="in use each time"):
        call_command(
            "counterfoil_migrate",
            "--lock-timeout",
            "0.05",
            "--tries",
            "1",
            verbosity=0,
            stdout=said,
        )

    assert said.waits == 1
    assert not is_there("counterfoil_webhookendpoint")
    holder.rollback()


def test_two_do_not_migrate_at_once() -> None:
    with psycopg.connect(address()) as other:
        other.execute("SELECT pg_advisory_lock(6043871132)")
        with pytest.raises(CommandError, match="Somebody else is migrating"):
            call_command("counterfoil_migrate", verbosity=0)
