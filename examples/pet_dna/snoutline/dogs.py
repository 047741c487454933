"""The pages that are Snoutline's own: the start, and everybody's dogs."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from counterfoil.queries.bought_units import Shown, bought
from counterfoil.queries.holdings import used_by
from counterfoil.queries.offers import offers
from counterfoil.web.visitor import visitor_of
from snoutline.models import Dog, Owner

WAITING = {"subject_needed", "steps_needed"}
FOUND = (("Border Collie", 46), ("Beagle", 29), ("Whippet", 17), ("Something else", 8))


class DogForm(forms.ModelForm):  # type: ignore[type-arg]  # which Django itself does not take
    """What an owner says about a dog."""

    class Meta:
        """What is asked, in this order."""

        model = Dog
        fields = ("name", "breed", "sex")


def start(request: HttpRequest) -> HttpResponse:
    """Say what we do, and what it costs."""
    return render(request, "snoutline/start.html", {"offers": offers(), "found": FOUND})


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show somebody's dogs, the kits that wait for one, and those nobody has used yet."""
    owner, now, account = _owner(request), timezone.now(), visitor_of(request).account
    kits = used_by(account, now=now).items if account else ()
    unused = bought(account, shown=Shown.FREE, page=1, now=now).counts["free"] if account else 0
    context = {
        "dogs": owner.dogs.order_by("name").prefetch_related("samples"),
        "waiting": [kit for kit in kits if kit.is_open and kit.state in WAITING],
        "unused": unused,
        "page": "dogs",
    }
    return render(request, "snoutline/dogs.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Take in a dog."""
    form = DogForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.owner = _owner(request)
        form.save()
        return redirect("dogs")
    return render(request, "snoutline/dog_new.html", {"form": form}, status=_status(form))


@login_required
def one(request: HttpRequest, dog_id: int) -> HttpResponse:
    """Show one dog, and its samples in the lab."""
    dog = get_object_or_404(_owner(request).dogs, pk=dog_id)
    context = {"dog": dog, "samples": dog.samples.all(), "page": "dogs"}
    return render(request, "snoutline/dog.html", context)


def _owner(request: HttpRequest) -> Owner:
    assert isinstance(request.user, Owner)
    return request.user


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_bound else 200
