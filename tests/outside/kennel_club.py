"""A host's own system as a chooser: a kennel club that knows whose dogs are whose."""

from collections.abc import Mapping, Sequence
from threading import Event

from django.utils.html import format_html
from django.utils.safestring import SafeString

from counterfoil.effects.choosers import ChoiceRefused, ChooserRequest, HostSubject

DOGS: dict[str, list[HostSubject]] = {}
"""What the club knows, by the account's own id or address."""


class Kennel:
    """Lists the dogs of whoever asks."""

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """Give the dogs of this account."""
        return DOGS.get(request.mail, [])


class BurntKennel(Kennel):
    """Does not answer any more."""

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """Fail, saying whose dogs were asked for."""
        raise ConnectionError(f"no club for {request.mail}")


class SlowKennel(Kennel):
    """Answers when nobody waits any more."""

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """Take its time."""
        Event().wait(2)
        return super().choices(request)


class BabblingKennel(Kennel):
    """Answers what is no dog."""

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """Give names instead of dogs."""
        return ["Miso of the Elms"]  # type: ignore[list-item]


class SearchableKennel(Kennel):
    """Is asked by a number that is typed, since nobody scrolls through a hundred dogs."""

    def render(self, request: ChooserRequest, given: Mapping[str, str]) -> SafeString:
        """Draw one field."""
        return format_html(
            '<div class="field"><label for="id_stud">Number in the stud book</label>'
            '<input class="input" id="id_stud" name="stud" value="{}"></div>',
            given.get("stud", ""),
        )

    def choose(self, request: ChooserRequest, given: Mapping[str, str]) -> HostSubject:
        """Find the dog with this number, among those of this account."""
        found = [dog for dog in self.choices(request) if dog.reference == given.get("stud")]
        if not found:
            raise ChoiceRefused("There is no dog of yours with this number.")
        return found[0]
