"""What the demo's breed test asks between claiming and using, in five languages."""

from datetime import datetime

from counterfoil.models import Assignment, ConsentText, Entitlement
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.rules.onboarding import Step, StepKind
from counterfoil.rules.people import SYSTEM, Actor

DOCUMENT = "dog-dna"

STEPS = (
    Step(key="consent", kind=StepKind.CONSENT, document=DOCUMENT),
    Step(key="subject", kind=StepKind.SUBJECT),
    Step(key="address", kind=StepKind.SHIPPING_ADDRESS),
)

TEXTS = {
    "en": (
        "What we do with your dog's sample",
        "We read your dog's DNA from the swab, to find its breeds, and for nothing else.\n\n"
        "The sample is destroyed after 90 days. The result is yours: we show it to nobody unless"
        " you ask us to.\n\n"
        "You may write to us at any time to have the sample destroyed before.",
    ),
    "de": (
        "Was wir mit der Probe Ihres Hundes tun",
        "Wir lesen die DNA Ihres Hundes aus dem Abstrich, um seine Rassen zu bestimmen, und zu"
        " nichts anderem.\n\n"
        "Die Probe wird nach 90 Tagen vernichtet. Das Ergebnis gehört Ihnen: Wir zeigen es"
        " niemandem, wenn Sie uns nicht darum bitten.\n\n"
        "Sie können uns jederzeit schreiben, damit die Probe früher vernichtet wird.",
    ),
    "es": (
        "Qué hacemos con la muestra de su perro",
        "Leemos el ADN de su perro a partir del hisopo para conocer sus razas, y para nada más.\n\n"
        "La muestra se destruye a los 90 días. El resultado es suyo: no se lo enseñamos a nadie si"
        " usted no nos lo pide.\n\n"
        "Puede escribirnos en cualquier momento para que la destruyamos antes.",
    ),
    "fr": (
        "Ce que nous faisons de l'échantillon de votre chien",
        "Nous lisons l'ADN de votre chien à partir de l'écouvillon pour connaître ses races, et"
        " pour rien d'autre.\n\n"
        "L'échantillon est détruit après 90 jours. Le résultat vous appartient : nous ne le"
        " montrons à personne, sauf si vous nous le demandez.\n\n"
        "Vous pouvez nous écrire à tout moment pour qu'il soit détruit plus tôt.",
    ),
    "ar": (
        "ماذا نفعل بعينة كلبك",
        "نقرأ الحمض النووي لكلبك من المسحة لمعرفة سلالاته، ولا لشيء آخر.\n\n"
        "تُتلَف العينة بعد 90 يومًا. والنتيجة ملكك: لا نعرضها على أحد إلا إذا طلبت منا ذلك.\n\n"
        "يمكنك أن تكتب إلينا في أي وقت لنتلف العينة قبل ذلك.",
    ),
}

HOME = {"name": "Dan Meyer", "line1": "Elm Road 7", "city": "Springfield", "country": "USA"}
BELLA = {"name": "Bella", "breed": "Not sure", "sex": "female"}


def publish_texts(*, at: datetime) -> None:
    """Publish the text that whoever has a breed test is asked to agree to."""
    publish_consent(document=DOCUMENT, texts=TEXTS, by=SYSTEM, at=at)


def finish(entitlement: Entitlement, *, by: Actor, at: datetime) -> None:
    """Let whoever has it do every step."""
    held = Assignment.objects.get(entitlement=entitlement, ended_at=None)
    text = ConsentText.objects.shown(DOCUMENT, "en")
    assert text is not None
    complete_step(assignment_id=held.pk, key="consent", text_id=text.pk, by=by, at=at)
    complete_subject(entitlement_id=entitlement.pk, answers=BELLA, by=by, at=at)
    complete_step(assignment_id=held.pk, key="address", answers=HOME, by=by, at=at)
