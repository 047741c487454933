"""Lists under a name: saving one's view of a list, for oneself or for all, and dropping it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, asked, staff_only
from counterfoil.console.lists import LISTS
from counterfoil.errors import FilterWrong, NotFound, TooManyViews, ViewInvalid
from counterfoil.operations.drop_view import drop_view
from counterfoil.operations.save_view import MOST, NAME_MAX, Audience, save_view


@staff_only(methods=("POST",))
def save_one(visit: Visit, name: str) -> HttpResponse:
    """Save a list as it is narrowed down in the address, under the name that was given."""
    if name not in LISTS:
        raise NotFound
    listing, told = LISTS[name], visit.request
    everybody = visit.request.POST.get("audience") == Audience.EVERYBODY.value
    try:
        query = listing.sought.from_query(visit.request.GET).to_query()
        saved = save_view(
            list_name=name,
            name=asked(visit.request.POST, "name", NAME_MAX),
            query=query,
            audience=Audience.EVERYBODY if everybody else Audience.OWNER,
            by=visit.operator,
            at=timezone.now(),
        )
    except ViewInvalid:
        messages.error(told, _("A view needs a name. Nothing was saved."), fail_silently=True)
    except TooManyViews:
        many = _("You have %(n)d views, which is all one may have. Drop one first.") % {"n": MOST}
        messages.error(told, many, fail_silently=True)
    except FilterWrong as wrong:
        messages.error(told, wrong.text, fail_silently=True)
    else:
        done = _("“%(name)s” was saved.") % {"name": saved.name}
        messages.success(told, done, fail_silently=True)
    return redirect(f"{listing.url}?{visit.request.GET.urlencode()}")


@staff_only(methods=("POST",))
def drop_one(visit: Visit, view_id: UUID) -> HttpResponse:
    """Drop a view of one's own."""
    dropped = drop_view(view_id=view_id, by=visit.operator, at=timezone.now())
    done = _("“%(name)s” was dropped; the list itself is as it was.") % {"name": dropped.name}
    messages.success(visit.request, done, fail_silently=True)
    listing = LISTS.get(dropped.list_name)
    return redirect(listing.url if listing else "counterfoil:console-home")
