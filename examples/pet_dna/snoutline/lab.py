"""The provisioner: an entitlement that is used becomes a sample in our lab."""

from django.db import transaction
from django.utils import timezone

from counterfoil.effects.provisioning import (
    ProvisioningRefused,
    ProvisioningRequest,
    RemovalRequest,
)
from snoutline.models import Dog, Owner, Sample


class Lab:
    """Makes and removes samples; named in ``COUNTERFOIL_PROVISIONER``."""

    @transaction.atomic
    def provision(self, request: ProvisioningRequest) -> str:
        """Make the sample, or find the one that was made under this key."""
        known = Sample.objects.filter(key=request.key).first()
        if known is not None:
            if known.removed_at is not None:  # a late call must not bring it back
                raise ProvisioningRefused(f"Sample {known.number} was withdrawn.")
            return known.number
        owner = _owner(request.mail)
        sample, _is_new = Sample.objects.get_or_create(
            key=request.key,
            defaults={"product": request.product, "owner": owner, "dog": _dog(owner, request)},
        )
        return sample.number

    def deprovision(self, request: RemovalRequest) -> None:
        """Withdraw the sample; where there is none, remember that there shall be none."""
        now = {"removed_at": timezone.now()}
        Sample.objects.update_or_create(
            key=request.key, defaults=now, create_defaults={**now, "product": request.product}
        )


def _owner(mail: str) -> Owner:
    """Find who holds it; support may have assigned it to somebody who was never here."""
    owner, is_new = Owner.objects.get_or_create(
        email=mail.lower(), defaults={"username": mail.lower(), "is_active": False}
    )
    if is_new:
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
    return owner


def _dog(owner: Owner, request: ProvisioningRequest) -> Dog:
    """Find the dog that was chosen, or take in the one that was described while claiming."""
    if request.subject_reference:
        return Dog.objects.get(pk=int(request.subject_reference), owner=owner)
    told = {name: str(request.subject.get(name) or "") for name in ("name", "breed", "sex")}
    known = Dog.objects.filter(owner=owner, name__iexact=told["name"]).first()
    return known or Dog.objects.create(owner=owner, **told)
