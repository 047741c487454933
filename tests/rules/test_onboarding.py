"""Steps: where each stands, what waits for what, and when all is there."""

import itertools
import json

from counterfoil.rules.onboarding import (
    Question,
    Step,
    StepKind,
    StepStanding,
    is_onboarded,
    next_of,
    placed,
    steps_of,
)
from counterfoil.rules.terms import Terms

CONSENT = Step(key="consent", kind=StepKind.CONSENT, document="d")
NEWS = Step(key="news", kind=StepKind.CONSENT, document="n", required=False)
ADDRESS = Step(key="address", kind=StepKind.SHIPPING_ADDRESS)
ASKED = Step(
    key="asked",
    kind=StepKind.QUESTIONNAIRE,
    titles={"de": "Fragen"},
    questions=(Question(name="a", label="A", kind="yes", labels={"de": "Ä"}),),
)
ALL = (CONSENT, NEWS, ADDRESS, ASKED)


def test_is_read_back_as_it_was_stored() -> None:
    terms = Terms(subject_kind="dog", onboarding=ALL)
    assert Terms.from_data(json.loads(json.dumps(terms.as_data()))) == terms


def test_naming_the_subject_is_a_step_where_it_is_due_and_only_there() -> None:
    subject = Step(key="who", kind=StepKind.SUBJECT, required=False)

    assert [one.key for one in steps_of(ALL, needs_subject=True)][-1] == "subject"
    assert steps_of((subject, *ALL), needs_subject=False) == ALL
    first = steps_of((subject, *ALL), needs_subject=True)[0]
    assert (first.key, first.required) == ("who", True)


def test_whatever_is_done_nothing_is_asked_before_its_consent() -> None:
    steps = steps_of(ALL, needs_subject=True)
    keys = [one.key for one in ALL]
    for size in range(len(keys) + 1):
        for done in itertools.combinations(keys, size):
            for known in (False, True):
                found = {
                    one.step.key: one.standing
                    for one in placed(steps, done=done, declined=("consent",), subject_known=known)
                }
                for key in set(keys) - set(done) - {"consent"}:
                    waits = found[key] is StepStanding.WAITING
                    assert waits == ("consent" not in done)
                assert is_onboarded(ALL, done) == ({"consent", "address", "asked"} <= set(done))


def test_goes_on_with_what_is_required_and_open() -> None:
    steps = placed(ALL, done=(), declined=("consent",), subject_known=True)
    assert [one.standing for one in steps][:2] == [StepStanding.DECLINED, StepStanding.WAITING]
    following = next_of(steps)
    assert following is not None
    assert following.step == CONSENT
    after = next_of(placed(ALL, done=("consent",), declined=("news",), subject_known=True))
    assert after is not None
    assert after.step == ADDRESS
    done = ("consent", "address", "asked")
    assert next_of(placed(ALL, done=done, declined=(), subject_known=True)) is None


def test_titles_and_questions_speak_other_languages() -> None:
    assert (ASKED.called("de-ch"), ASKED.called("fr")) == ("Fragen", "")
    part = ASKED.schema()["properties"]["a"]
    assert part["x-translations"] == {"de": {"title": "Ä"}}
