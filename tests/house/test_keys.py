"""Whatever is kept under a key of the ring can be made anew, or it is said why not."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import BinaryField, Model, SmallIntegerField

from counterfoil.models.kept import LOOKED_UP, PASSING, SEALED, WAITING


def numbered() -> Iterator[tuple[type[Model], str]]:
    """Find every column that holds the number of a key."""
    for model in apps.get_app_config("counterfoil").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SmallIntegerField) and field.name.endswith("key_id"):
                yield model, field.name


def declared() -> set[tuple[type[Model], str]]:
    return {
        *((one.model, one.key) for one in SEALED),
        *((one.model, one.key) for one in LOOKED_UP),
        *((model, "key_id") for model, _ in WAITING.values()),
        *((model, "key_id") for model in PASSING),
    }


def test_a_change_of_keys_forgets_nothing() -> None:
    """A new sealed column is a new line in ``counterfoil.models.kept.SEALED``."""
    assert {(model.__name__, name) for model, name in set(numbered()) - declared()} == set()


def test_every_ciphertext_is_bound_to_columns_there_are() -> None:
    for one in SEALED:
        names = {field.attname for field in one.model._meta.concrete_fields}
        assert {column for column in one.columns() if column not in names} == set()
        assert isinstance(one.model._meta.get_field(one.column), BinaryField)
