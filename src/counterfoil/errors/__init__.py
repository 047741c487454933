"""
Everything that can be refused, as facts. The families say what the caller can do about it:

* ``NotFound``: what was named does not exist
* ``Conflict``: true now, may be different later or for somebody else
* ``Rejected``: the request itself is wrong and stays wrong
* ``Denied``: the actor may not do this
* ``Unavailable``: something we depend on does not answer; try again later

The docstring of a class is its message; ``code`` never changes once released. Operations raise
these; only surfaces translate them (the public surfaces fold many of them into one neutral answer).
"""

from counterfoil.errors import (
    auditing,
    base,
    batches,
    bulk,
    calls,
    cases,
    declared,
    entitlements,
    events,
    files,
    gifts,
    granting,
    handouts,
    holding,
    hosting,
    lists,
    mails,
    notes,
    onboarding,
    orders,
    partners,
    people,
    refunds,
    reservations,
    settings,
    staff,
    webhooks,
)
from counterfoil.errors.auditing import *
from counterfoil.errors.base import *
from counterfoil.errors.batches import *
from counterfoil.errors.bulk import *
from counterfoil.errors.calls import *
from counterfoil.errors.cases import *
from counterfoil.errors.declared import *
from counterfoil.errors.entitlements import *
from counterfoil.errors.events import *
from counterfoil.errors.files import *
from counterfoil.errors.gifts import *
from counterfoil.errors.granting import *
from counterfoil.errors.handouts import *
from counterfoil.errors.holding import *
from counterfoil.errors.hosting import *
from counterfoil.errors.lists import *
from counterfoil.errors.mails import *
from counterfoil.errors.notes import *
from counterfoil.errors.onboarding import *
from counterfoil.errors.orders import *
from counterfoil.errors.partners import *
from counterfoil.errors.people import *
from counterfoil.errors.refunds import *
from counterfoil.errors.reservations import *
from counterfoil.errors.settings import *
from counterfoil.errors.staff import *
from counterfoil.errors.webhooks import *

__all__: list[str] = []
__all__ += [*auditing.__all__, *base.__all__, *batches.__all__]
__all__ += [*bulk.__all__, *calls.__all__, *cases.__all__]
__all__ += [*declared.__all__, *entitlements.__all__, *events.__all__]
__all__ += [*files.__all__, *gifts.__all__, *granting.__all__]
__all__ += [*handouts.__all__, *holding.__all__, *hosting.__all__]
__all__ += [*lists.__all__, *mails.__all__, *notes.__all__]
__all__ += [*onboarding.__all__, *orders.__all__, *partners.__all__]
__all__ += [*people.__all__, *refunds.__all__, *reservations.__all__]
__all__ += [*settings.__all__, *staff.__all__, *webhooks.__all__]
