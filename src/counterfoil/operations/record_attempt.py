"""Remember that a code was presented and refused."""

from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import CodeMalformed, CodeNotFound, CounterfoilError, SignInRefused
from counterfoil.models import ApiKey, Attempt
from counterfoil.operations import _credentials
from counterfoil.rules.people import Actor, Origin

HOUR = timedelta(hours=1)


@transaction.atomic
def record_attempt(
    *, code: str, refusal: CounterfoilError, origin: Origin, by: Actor, at: datetime
) -> Attempt:
    """
    Keep the precise reason why a code was refused, for staff; never the code itself.

    Called outside the transaction that was refused, so that the attempt survives the refusal. A
    well-formed code that matches nothing usable counts as a guess, and so do wrong digits for
    signing in; a mistyped code does not. An API key that guesses too much is stopped for the rest
    of the hour.
    """
    entitlement_id, last_four = None, ""
    if not isinstance(refusal, (CodeMalformed, SignInRefused)):
        credential = _credentials.read_credential(code)
        last_four = credential.last_four
        try:
            entitlement_id = _credentials.find(credential).entitlement_id
        except CodeNotFound:
            last_four = ""
    attempt = Attempt.objects.create(
        at=at,
        surface=origin.surface,
        outcome=refusal.code,
        counted=not isinstance(refusal, CodeMalformed),
        last_four=last_four,
        entitlement_id=entitlement_id,
        account_id=origin.account_id,
        api_key_id=origin.api_key_id,
        session=origin.session,
        address=origin.address,
        network=origin.network,
    )
    if attempt.counted and origin.api_key_id is not None:
        guesses = Attempt.objects.filter(
            api_key_id=origin.api_key_id, counted=True, at__gt=at - HOUR
        ).count()
        if guesses >= conf.GUESS_LIMITS["key"]:
            ApiKey.objects.filter(pk=origin.api_key_id).update(guesses_stopped_until=at + HOUR)
    return attempt
