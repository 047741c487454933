"""Samples: one for each key, however often it is asked for, and none after it was withdrawn."""

import pytest

from counterfoil.effects.provisioning import (
    ProvisioningRefused,
    ProvisioningRequest,
    RemovalRequest,
)
from snoutline.lab import Lab
from snoutline.models import Dog, Owner, Sample

pytestmark = pytest.mark.django_db
KEY = "ent_01k9z4v7h2m3n4p5q6r7s8t9va:3"


def asked(key: str = KEY, *, reference: str = "", name: str = "Miso") -> ProvisioningRequest:
    return ProvisioningRequest(
        key=key,
        handle=key.partition(":")[0],
        product="BREEDS",
        is_test=True,
        account="an account",
        mail="ann@example.com",
        subject_kind="dog",
        subject={"name": name},
        subject_reference=reference,
    )


REMOVAL = RemovalRequest(key=KEY, handle="ent", product="BREEDS", is_test=True, reference="")


def test_asked_again_it_is_the_same_sample() -> None:
    number = Lab().provision(asked())

    assert Lab().provision(asked()) == number
    assert [str(one) for one in Sample.objects.all()] == [number]
    assert Owner.objects.get().is_active is False, "nobody can sign in with it yet"


def test_a_late_call_brings_nothing_back() -> None:
    Lab().deprovision(REMOVAL)
    Lab().deprovision(REMOVAL)

    with pytest.raises(ProvisioningRefused):
        Lab().provision(asked())
    assert not Sample.objects.filter(removed_at=None).exists()
    assert not Dog.objects.exists()


def test_a_dog_of_somebody_else_is_not_taken() -> None:
    other = Owner.objects.create(email="ben@example.com", username="ben")
    theirs = Dog.objects.create(owner=other, name="Otto")

    with pytest.raises(Dog.DoesNotExist):
        Lab().provision(asked(reference=str(theirs.pk)))
    assert not Sample.objects.exists()
