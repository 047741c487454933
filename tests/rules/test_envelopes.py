"""What is encrypted for a recipient, and for whom nothing is."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import RecipientKeyRefused
from counterfoil.rules.envelopes import read_recipient
from counterfoil.testing.builders import now
from tests.batches import certificate, good_certificate, private_key


def usage(**allowed: bool) -> x509.KeyUsage:
    """Say what a key may be used for."""
    nothing = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**nothing | allowed)


@settings(max_examples=20)
@given(st.binary(max_size=2_000))
def test_only_the_recipient_opens_it_and_finds_what_was_put_in(content: bytes) -> None:
    recipient = read_recipient(good_certificate(), at=now())

    sealed = recipient.encrypt(content)

    opened = pkcs7.pkcs7_decrypt_der(sealed, recipient.certificate, private_key(), [])
    assert opened == content
    assert len(content) < 16 or content not in sealed


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"until": timedelta(seconds=-1)}, "It expired on"),
        ({"since": timedelta(days=1)}, "It is not valid before"),
        ({"usage": usage(digital_signature=True)}, "key usage"),
    ],
)
def test_refuses_a_certificate_that_should_not_be_used(about: dict[str, Any], told: str) -> None:
    pem = certificate(**about)

    with pytest.raises(RecipientKeyRefused, match=told):
        read_recipient(pem, at=now())


def test_refuses_other_keys_than_strong_rsa() -> None:
    with pytest.raises(RecipientKeyRefused, match="2048 bits; it needs 3072"):
        read_recipient(certificate(key=private_key(2048)), at=now())
    with pytest.raises(RecipientKeyRefused, match="RSA"):
        read_recipient(certificate(key=ec.generate_private_key(ec.SECP256R1())), at=now())


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "x" * 20_000,
    ],
)
def test_refuses_what_is_no_certificate(pem: str) -> None:
    with pytest.raises(RecipientKeyRefused):
        read_recipient(pem, at=now())


def test_refuses_two_certificates_and_anything_with_a_private_key() -> None:
    with pytest.raises(RecipientKeyRefused, match="exactly one"):
        read_recipient(good_certificate() * 2, at=now())
    with pytest.raises(RecipientKeyRefused, match="Throw that key away"):
        read_recipient(f"{good_certificate()}-----BEGIN PRIVATE KEY-----", at=now())


def test_a_key_that_may_be_used_for_it_is_taken() -> None:
    pem = certificate(usage=usage(key_encipherment=True))

    recipient = read_recipient(f"some words before\n{pem}", at=now())

    assert len(recipient.fingerprint) == 64
    assert recipient.name == "CN=Printer Ltd"
