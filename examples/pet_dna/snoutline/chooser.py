"""The chooser: somebody who claims a kit picks one of their dogs, or describes another."""

from collections.abc import Sequence

from counterfoil.effects.choosers import ChooserRequest, HostSubject
from snoutline.models import Dog


class MyDogs:
    """Lists the dogs of whoever asks, and of nobody else."""

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """Give their dogs; the address was proven by whoever chooses."""
        dogs = Dog.objects.filter(owner__email=request.mail.lower()).order_by("name")
        return [
            HostSubject(reference=str(dog.pk), label=dog.name, data={"breed": dog.breed})
            for dog in dogs
        ]
