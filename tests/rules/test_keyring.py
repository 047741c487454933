"""Hashing and sealing under numbered keys."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.keyring import KeyRing, Lookup, Purpose, code_associated_data, problems

INDEX_KEY, SEAL_KEY = bytes(range(32)), bytes(range(32, 64))
NONCE = bytes(range(12))
SEALED = bytes.fromhex(
    "000102030405060708090a0b6b196eea7364b3b88ebbfc8874241b0c12d5cd32b27b3c0c6f9e038d8ab056e3"
)
ABOUT = code_associated_data(
    UUID("00000000-0000-7000-8000-000000000001"), UUID("00000000-0000-7000-8000-000000000002"), 7
)
RING = KeyRing(
    {
        Purpose.INDEX: {1: INDEX_KEY},
        Purpose.SEAL: {7: SEAL_KEY},
        Purpose.PERSONAL: {1: bytes(range(64, 96))},
        Purpose.SECRET: {1: bytes(range(96, 128))},
    }
)
Settings = dict[str, dict[str, str]]


def key(first: int) -> str:
    return base64.b64encode(bytes(range(first, first + 32))).decode()


def good_settings() -> Settings:
    return {
        "index": {"1": key(0), "2": key(1), "10": key(2)},
        "seal": {"7": key(3)},
        "personal": {"1": key(4)},
        "secret": {"32767": key(5)},
    }


def changed(purpose: str, keys: object) -> Settings:
    return good_settings() | {purpose: cast(dict[str, str], keys)}


@pytest.mark.parametrize(
    ("label", "text", "digest"),
    [
        ("code:", "7K3M9QXT2B5NRWE0", "2fecc6208cdba555809e46e7a32840c5"),
        ("code:", "0123456789ABCDE4", "e8521dd455ea8107f30beb320f45c403"),
        ("link:", "0123456789ABCDEFGHJKMNPQRS", "59d46d953a64a9b09939ede7625cc9a3"),
    ],
)
def test_hashes_as_was_agreed(label: str, text: str, digest: str) -> None:
    assert RING.lookup(label, text) == Lookup(key_id=1, digest=bytes.fromhex(digest))


def test_seals_as_was_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda count: NONCE[:count])

    assert RING.seal(b"7K3M9QXT2B5NRWE0", Purpose.SEAL, ABOUT) == (7, SEALED)


def test_opens_what_was_agreed() -> None:
    assert RING.open_(7, SEALED, Purpose.SEAL, ABOUT) == b"7K3M9QXT2B5NRWE0"


def test_says_to_which_row_a_ciphertext_belongs() -> None:
    assert ABOUT == (
        "counterfoil:code:1|00000000-0000-7000-8000-000000000001"
        "|00000000-0000-7000-8000-000000000002|7"
    )


@given(st.binary(max_size=200), st.text(max_size=50), st.sampled_from(Purpose))
def test_opens_what_it_sealed(plain: bytes, associated: str, purpose: Purpose) -> None:
    associated = associated.encode(errors="replace").decode()
    key_id, sealed = RING.seal(plain, purpose, associated)

    assert len(sealed) == len(plain) + 28
    assert RING.open_(key_id, sealed, purpose, associated) == plain


def test_never_seals_the_same_twice() -> None:
    sealed = {RING.seal(b"same", Purpose.SEAL, "")[1] for _ in range(100)}

    assert len(sealed) == 100


@pytest.mark.parametrize("bit", range(0, len(SEALED) * 8, 7))
def test_opens_nothing_that_was_altered(bit: int) -> None:
    altered = bytearray(SEALED)
    altered[bit // 8] ^= 1 << bit % 8

    with pytest.raises(InvalidTag):
        RING.open_(7, bytes(altered), Purpose.SEAL, ABOUT)


@pytest.mark.parametrize("length", range(0, len(SEALED), 3))
def test_opens_nothing_that_was_cut_off(length: int) -> None:
    with pytest.raises(InvalidTag):
        RING.open_(7, SEALED[:length], Purpose.SEAL, ABOUT)


def test_opens_nothing_that_was_moved() -> None:
    with pytest.raises(InvalidTag):
        RING.open_(7, SEALED, Purpose.SEAL, ABOUT.replace("|7", "|8"))
    with pytest.raises(InvalidTag):
        RING.open_(1, SEALED, Purpose.SECRET, ABOUT)


def test_opens_nothing_without_its_key() -> None:
    with pytest.raises(KeyError):
        RING.open_(8, SEALED, Purpose.SEAL, ABOUT)


def test_uses_the_highest_number_for_what_is_new() -> None:
    ring = KeyRing.from_settings(good_settings())

    assert ring.current(Purpose.INDEX) == 10
    assert ring.lookup("code:", "X").key_id == 10
    assert ring.seal(b"", Purpose.SECRET, "")[0] == 32767


def test_finds_by_every_key_the_current_one_first() -> None:
    ring = KeyRing.from_settings(good_settings())
    found = ring.lookups("code:", "X")

    assert [lookup.key_id for lookup in found] == [10, 2, 1]
    assert found[0] == ring.lookup("code:", "X")
    assert len({lookup.digest for lookup in found}) == 3
    assert {len(lookup.digest) for lookup in found} == {16}


def test_still_opens_what_an_older_key_sealed() -> None:
    old = KeyRing.from_settings(good_settings())
    key_id, sealed = old.seal(b"kept", Purpose.SEAL, "row")
    new = KeyRing.from_settings(changed("seal", {"7": key(3), "8": key(6)}))

    assert new.seal(b"kept", Purpose.SEAL, "row")[0] == 8
    assert new.open_(key_id, sealed, Purpose.SEAL, "row") == b"kept"


def test_finds_nothing_wrong_with_good_keys() -> None:
    assert problems(good_settings(), secret_key="django") == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (None, "It is no mapping"),
        (changed("index", {}), "no key for 'index'"),
        (changed("index", None), "'index' is no mapping"),
        (changed("other", {"1": key(9)}), "'other' is not a purpose"),
        (changed("index", {str(n): key(20 + n) for n in range(1, 5)}), "more than 3 keys"),
        (changed("seal", {"7": base64.b64encode(bytes(31)).decode()}), "seal/7 has 31 bytes"),
        (changed("seal", {"7": base64.b64encode(b"x" * 33).decode()}), "seal/7 has 33 bytes"),
        (changed("seal", {"7": base64.b64encode(b"x" * 32).decode()}), "one byte repeated"),
        (changed("seal", {"7": "no base64!"}), "seal/7 is not base64"),
        (changed("seal", {"7": "\u00e9"}), "seal/7 is not base64"),
        (changed("seal", {"7": 7}), "seal/7 is not base64"),
        (changed("seal", {"7": key(3), "8": key(3)}), "seal/8 is the same key as seal/7"),
        (changed("seal", {"7": key(0)}), "seal/7 is the same key as index/1"),
        (changed("seal", {"7": base64.b64encode(b"k" * 31 + b"y").decode()}), "as SECRET_KEY"),
        (changed("seal", {"0": key(3)}), "numbered from 1"),
        (changed("seal", {"-1": key(3)}), "numbered from 1"),
        (changed("seal", {"07": key(3)}), "numbered from 1"),
        (changed("seal", {"\u0667": key(3)}), "numbered from 1"),
        (changed("seal", {"32768": key(3)}), "to 32767"),
        (changed("seal", {"9" * 5_000: key(3)}), "to 32767"),
    ],
)
def test_names_a_mistake_and_shows_no_key(settings: Any, expected: str) -> None:
    [mistake] = problems(settings, secret_key="k" * 31 + "y")

    assert expected in mistake
    assert not any(text in mistake for text in texts_of(settings))


def test_refuses_a_key_whose_text_is_the_secret_key() -> None:
    assert problems(good_settings(), secret_key=key(3)) == [
        "seal/7 is the same key as SECRET_KEY. Make one with: openssl rand -base64 32"
    ]


def test_names_every_missing_purpose() -> None:
    assert len(problems({})) == len(Purpose)


def test_takes_no_ring_with_a_mistake() -> None:
    with pytest.raises(ValueError, match="seal/7 is the same key as index/1"):
        KeyRing.from_settings(changed("seal", {"7": key(0)}))


def test_never_shows_its_keys() -> None:
    ring = KeyRing.from_settings(good_settings())

    assert repr(ring) == str(ring)
    assert repr(ring) == "KeyRing(index=[1, 2, 10], seal=[7], personal=[1], secret=[32767])"


def test_derives_a_key_of_its_own_for_each_purpose() -> None:
    ring = KeyRing.derived("django")
    keys = {ring.keys[purpose][1] for purpose in Purpose}

    assert len(keys) == len(Purpose)
    assert {len(one) for one in keys} == {32}
    assert ring == KeyRing.derived("django") != KeyRing.derived("other")


def texts_of(settings: Mapping[str, Mapping[str, object]] | None) -> list[str]:
    keys = [keys for keys in (settings or {}).values() if keys]
    return [text for one in keys for text in one.values() if isinstance(text, str)]
