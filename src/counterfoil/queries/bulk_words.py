"""How bulk acts are told of: the sorts, the outcomes, what an act will do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.errors import RequesterMayNot
from counterfoil.queries import words
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import BULK, Outcome, Stands

LABELS: Mapping[Act, str | Promise] = {
    Act.REVOKE: later("Revoke"),
    Act.REINSTATE: later("Reinstate"),
    Act.EXTEND: later("Change validity"),
    Act.PLACE_HOLD: later("Place a hold"),
    Act.LIFT_HOLD: later("Lift a hold"),
    Act.RESEND_CODE: later("Send again"),
    Act.RELEASE: later("Release"),
    Act.REPLACE_CODE: later("Replace codes"),
    Act.ALLOT: later("Hand on to a partner"),
    Act.RETURN_TO_POOL: later("Take back from a partner"),
}
SUMMARIES: Mapping[Act, str | Promise] = {
    Act.REVOKE: later("They are withdrawn, and their codes stop working."),
    Act.REINSTATE: later("What was withdrawn is valid again, as it was before."),
    Act.EXTEND: later("They are valid until a day, or for so many days more."),
    Act.PLACE_HOLD: later("They are suspended until the hold is lifted."),
    Act.LIFT_HOLD: later("A hold ends, and they have the time it cost."),
    Act.RESEND_CODE: later("Buyers and recipients are sent their codes once more."),
    Act.RELEASE: later("What is reserved is free for anybody again."),
    Act.REPLACE_CODE: later("They get new codes; the old ones stop working."),
    Act.ALLOT: later("A partner's pool goes to a partner below it."),
    Act.RETURN_TO_POOL: later("What nobody claimed goes back to the partner above."),
}
STANDS: Mapping[Stands, str | Promise] = {
    Stands.UNASSIGNED: later("unassigned"),
    Stands.RESERVED: later("reserved for somebody"),
    Stands.GIVEN: later("being given as a gift"),
    Stands.MINTED: later("printed and not sold yet"),
    Stands.PRINTED: later("printed on something"),
    Stands.ASSIGNED: later("assigned"),
    Stands.ON_HOLD: later("on hold"),
    Stands.ASSIGNED_ON_HOLD: later("assigned, and on hold"),
    Stands.EXPIRED: later("expired"),
    Stands.REVOKED: later("revoked"),
    Stands.VALID: later("valid, or without an end"),
    Stands.SHORTENED: later("valid for longer than that already"),
    Stands.SAME_END: later("with that end already, or without any"),
    Stands.WAS_ASSIGNED: later("revoked while somebody had it"),
    Stands.REFUNDED: later("revoked because it was refunded"),
    Stands.REVOKED_OTHERWISE: later("revoked by something else since"),
    Stands.NOT_REVOKED: later("not revoked"),
    Stands.CHANGED_SINCE: later("changed by something else since"),
    Stands.HELD_SO: later("with this hold"),
    Stands.HELD_OTHERWISE: later("on hold for something else only"),
    Stands.NOT_HELD: later("not on hold"),
    Stands.NOT_RESERVED: later("not reserved"),
    Stands.NO_ADDRESS: later("without an address to write to"),
    Stands.GIFT_WAITING: later("a gift whose day is still to come"),
    Stands.UNREADABLE: later("with a code that cannot be shown again"),
    Stands.FREE: later("free to be moved"),
    Stands.NOT_FREE: later("claimed, or on the way to somebody"),
    Stands.THERE_ALREADY: later("there already"),
    Stands.ELSEWHERE: later("not in that pool"),
}
OUTCOMES: Mapping[str, str | Promise] = {
    "": later("waiting"),
    Outcome.DONE: later("done"),
    Outcome.UNCHANGED: later("so already"),
    Outcome.LEFT: later("left as it is"),
    Outcome.MOVED: later("changed meanwhile"),
    Outcome.REFUSED: later("not possible"),
}
STATUSES: Mapping[str, tuple[str, str | Promise]] = {
    "judged": ("", later("not confirmed")),
    "requested": ("warn", later("waits for a second person")),
    "confirmed": ("info", later("at work")),
    "done": ("good", later("done")),
    "discarded": ("", later("discarded")),
}
TONES: Mapping[str, str] = {
    Outcome.DONE: "good",
    Outcome.MOVED: "warn",
    Outcome.REFUSED: "bad",
}


def stands_told(stands: str) -> str:
    """Say how an entitlement stands towards a bulk act."""
    return str(STANDS[Stands(stands)]) if stands in set(Stands) else stands


def outcome_told(outcome: str) -> str:
    """Say what became of an entitlement."""
    return str(OUTCOMES.get(outcome, outcome))


def problem_told(outcome: str, stands: str, problem: str) -> str:
    """Say why something was not done, in a sentence; nothing where it was."""
    match outcome:
        case Outcome.MOVED if problem != stands:
            return _("It is %(stands)s now.") % {"stands": stands_told(problem)}
        case Outcome.MOVED:
            return _("Somebody else has it now.")
        case Outcome.UNCHANGED if problem:
            return _("It was %(stands)s by then.") % {"stands": stands_told(problem)}
        case Outcome.LEFT if problem == "stopped":
            return _("The work was stopped before.")
        case Outcome.REFUSED if problem == RequesterMayNot.code:
            return _("Whoever confirmed it may not do it any more.")
        case Outcome.REFUSED if problem:
            return words.worded(words.REFUSALS, problem)
        case Outcome.REFUSED | Outcome.UNCHANGED | Outcome.LEFT:
            return _("It was %(stands)s.") % {"stands": stands_told(stands)}
        case _:
            return ""


def fate_of(act: Act, stands: Stands) -> str:
    """Say what becomes of a sort that the act is not done to."""
    return _("so already") if stands in BULK[act].unchanged else _("not possible, stay")


def effects_of(act: Act) -> list[str]:
    """Say what an act will do, one thing after the other."""
    return [str(one) for one in EFFECTS[act]]


EFFECTS: Mapping[Act, tuple[str | Promise, ...]] = {
    Act.REVOKE: (
        later("Their codes stop working at once."),
        later("Whoever has one of those in use loses it; the downstream record is taken down."),
        later("No money is moved: refund it at the channel if that is meant."),
    ),
    Act.REINSTATE: (
        later("Whoever had one has it again; otherwise the code that was live works again."),
        later("What was reserved is not reserved again."),
    ),
    Act.EXTEND: (
        later("Only the end of validity changes; those that are expired can be used again."),
        later("Nobody is written to."),
    ),
    Act.PLACE_HOLD: (
        later("None can be redeemed, assigned, given back or replaced until it is lifted."),
        later("Whoever presents a code is only told that it cannot be used here."),
        later("When it is lifted, validity is longer by as much as it was suspended."),
    ),
    Act.LIFT_HOLD: (
        later("Holds for something else stay."),
        later("Where it was the last, validity is longer by as much as it was suspended."),
    ),
    Act.RESEND_CODE: (
        later("Each order is one mail to its buyer; gifts go to their recipients."),
        later("Earlier links go on working."),
    ),
    Act.RELEASE: (later("Anybody with the code may use it again, not only whom it was kept for."),),
    Act.REPLACE_CODE: (
        later("The old codes stop working at once, and so do the links that were sent for them."),
        later("New codes are sent, one mail for each order, to where the old ones went."),
        later("Whatever was printed with an old code is worthless afterwards."),
    ),
    Act.ALLOT: (
        later("They leave the pool of the one partner, and the other may hand them out."),
        later("No code changes, and nobody is written to."),
    ),
    Act.RETURN_TO_POOL: (
        later("They go back into the allotments they came from."),
        later("No code changes, and nobody is written to."),
    ),
}
