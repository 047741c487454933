"""How staff read the ledger: who moved, and what was wrong with its chain."""

from collections.abc import Mapping

from counterfoil.models.checkpoints import SIGNED
from counterfoil.queries._beside_ledger import ACTS as BESIDE
from counterfoil.queries.words import REASONS
from counterfoil.rules.acts import Act
from counterfoil.rules.people import ActorKind

HANDS: Mapping[str, str] = {
    ActorKind.OPERATOR: "staff and API keys",
    ActorKind.CUSTOMER: "customers",
    ActorKind.PARTNER: "partners",
    ActorKind.CHANNEL: "channels",
    ActorKind.SYSTEM: "the system itself",
}

FAULTS: Mapping[str, str] = {
    "gap": "A link is missing.",
    "unlinked": "A link does not follow the one before.",
    "missing": "An entry that was sealed is gone.",
    "changed": "An entry is not as it was sealed.",
    "cut": "The chain does not go through what an earlier check found: it was cut off since, or"
    " made anew.",
    "forged": "The chain does not go through every checkpoint that was signed: it was made anew, or"
    " a checkpoint was altered or removed.",
    "unsealed": "There are entries that nobody sealed.",
}


def act_words(act: str) -> str:
    """Give the words for an act."""
    return act.replace("_", " ").capitalize()


def all_acts() -> list[tuple[str, str]]:
    """Give every act the ledger can be asked for, by name."""
    names = {*(one.value for one in Act), *BESIDE, "export", "verify_ledger", "renew_keys", SIGNED}
    return sorted((name, act_words(name)) for name in names)


def all_reasons() -> list[tuple[str, str]]:
    """Give every reason the ledger can be asked for."""
    return sorted(
        ((code, text.capitalize()) for code, text in REASONS.items()), key=lambda it: it[1]
    )
