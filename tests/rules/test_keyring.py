"""The key ring: vectors, rotation, and every mistake in the setting named."""

import base64
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterfoil.rules.keyring import KeyRing, Purpose, code_associated_data, problems

INDEX, SEAL = bytes(range(32)), bytes(range(32, 64))
RING = KeyRing(
    {
        Purpose.INDEX: {1: INDEX},
        Purpose.SEAL: {7: SEAL},
        Purpose.PERSONAL: {1: b"p" * 32},
        Purpose.SECRET: {1: b"s" * 32},
    }
)
ABOUT = code_associated_data(
    UUID("00000000-0000-7000-8000-000000000001"), UUID("00000000-0000-7000-8000-000000000002"), 7
)
SEALED = bytes.fromhex(
    "000102030405060708090a0b6b196eea7364b3b88ebbfc8874241b0c12d5cd32b27b3c0c6f9e038d8ab056e3"
)


@pytest.mark.parametrize(
    ("label", "text", "digest"),
    [
        ("code:", "7K3M9QXT2B5NRWE0", "2fecc6208cdba555809e46e7a32840c5"),
        ("code:", "0123456789ABCDE4", "e8521dd455ea8107f30beb320f45c403"),
        ("link:", "0123456789ABCDEFGHJKMNPQRS", "59d46d953a64a9b09939ede7625cc9a3"),
    ],
)
def test_a_lookup_is_the_one_everybody_computes(label: str, text: str, digest: str) -> None:
    assert RING.lookup(label, text) == (1, bytes.fromhex(digest))


def test_a_ciphertext_is_the_one_everybody_computes() -> None:
    nonce = bytes(range(12))
    assert nonce + AESGCM(SEAL).encrypt(nonce, b"7K3M9QXT2B5NRWE0", ABOUT.encode()) == SEALED
    assert RING.open_(7, SEALED, Purpose.SEAL, ABOUT) == b"7K3M9QXT2B5NRWE0"
    assert len(RING.seal(b"7K3M9QXT2B5NRWE0", Purpose.SEAL, ABOUT)[1]) == 44


def test_a_ciphertext_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(InvalidTag):
        RING.open_(7, SEALED, Purpose.SEAL, ABOUT.replace("000001|", "000009|"))


def test_sealing_twice_never_looks_alike() -> None:
    assert RING.seal(b"x", Purpose.SEAL, "a") != RING.seal(b"x", Purpose.SEAL, "a")


def test_after_a_rotation_the_new_key_writes_and_the_older_are_still_found_by() -> None:
    rotated = KeyRing(dict(RING.keys) | {Purpose.INDEX: {1: INDEX, 2: b"n" * 32}})
    assert rotated.lookup("code:", "X").key_id == 2
    assert [found.key_id for found in rotated.lookups("code:", "X")] == [2, 1]
    assert RING.lookup("code:", "X") in rotated.lookups("code:", "X")


def test_keys_derived_for_development_differ_by_purpose_and_secret() -> None:
    one, other = KeyRing.derived("a"), KeyRing.derived("b")
    keys = [ring.keys[purpose][1] for ring in (one, other) for purpose in Purpose]
    assert len(set(keys)) == len(keys)


def test_the_ring_never_shows_its_keys() -> None:
    assert str(RING) == repr(RING) == "KeyRing()"


def _settings() -> dict[str, dict[str, str]]:
    return {
        purpose.value: {"1": base64.b64encode(bytes([number]) * 31 + b"!").decode()}
        for number, purpose in enumerate(Purpose)
    }


def test_a_good_setting_has_no_problems() -> None:
    assert problems(_settings()) == []
    assert KeyRing.from_settings(_settings()).current(Purpose.SEAL) == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda it: it.pop("seal"), "no key for 'seal'"),
        (lambda it: it.update(extra={"1": ""}), "not a purpose"),
        (lambda it: it["seal"].update({"1": "?"}), "not base64"),
        (lambda it: it["seal"].update({"1": "QUJD"}), "3 bytes instead of 32"),
        (lambda it: it["seal"].update(it["index"]), "same key as index/1"),
        (lambda it: it["seal"].update({"1": base64.b64encode(b"a" * 32).decode()}), "repeated"),
        (lambda it: it["seal"].update({"x": it["seal"].pop("1")}), "between 1 and"),
        (lambda it: it["seal"].update({str(n): "" for n in range(2, 5)}), "more than 3"),
    ],
)
def test_every_mistake_is_named_and_no_key_is(change, complaint: str) -> None:  # type: ignore[no-untyped-def]
    settings = _settings()
    change(settings)
    assert any(complaint in problem for problem in problems(settings))
    with pytest.raises(ValueError, match=complaint) as refused:
        KeyRing.from_settings(settings)
    assert not any(
        key in str(refused.value) for keys in settings.values() for key in keys.values() if key
    )
