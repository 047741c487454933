"""
Encrypting a file for one recipient, in a form that ordinary tools open.

CMS EnvelopedData (RFC 5652) with AES-256 in CBC mode, its key wrapped for the RSA key of an X.509
certificate: ``openssl cms -decrypt`` opens it, and so does most software that speaks S/MIME. What
it does not do is show that the file is unaltered; that is what its digest is for.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from counterfoil.errors import RecipientKeyRefused

LEAST_BITS = 3072  # NIST SP 800-57 part 1: 128 bits of security, good beyond 2030
LONGEST_PEM = 16_384
ONE_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever can open what is encrypted for this certificate."""

    certificate: x509.Certificate
    key: RSAPublicKey

    @property
    def pem(self) -> str:
        """Give the certificate as it is kept."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the public key, by which people compare it on the telephone."""
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        return digest.finalize().hex()

    @property
    def name(self) -> str:
        """Give the name the certificate carries."""
        return self.certificate.subject.rfc4514_string()[:200]

    def encrypt(self, content: bytes) -> bytes:
        """Give the content encrypted, as DER."""
        envelope = PKCS7EnvelopeBuilder().set_data(content).add_recipient(self.certificate)
        sealed = envelope.set_content_encryption_algorithm(AES256)
        return sealed.encrypt(Encoding.DER, [PKCS7Options.Binary])


def read_recipient(pem: str, *, at: datetime) -> Recipient:
    """
    Read the certificate of a recipient, if what is encrypted for it now is safe.

    :raises RecipientKeyRefused: saying what is wrong with it.
    """
    if "PRIVATE KEY" in pem:
        raise RecipientKeyRefused(
            "This contains a private key. Throw that key away, for it was shown to somebody else;"
            " make a new one, and give only its certificate."
        )
    found = ONE_CERTIFICATE.findall(pem[:LONGEST_PEM])
    if len(found) != 1 or len(pem) > LONGEST_PEM:
        raise RecipientKeyRefused("Give exactly one certificate, as PEM.")
    try:
        certificate = x509.load_pem_x509_certificate(found[0].encode())
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise RecipientKeyRefused("This certificate cannot be read.") from None
    if not isinstance(key, RSAPublicKey):
        raise RecipientKeyRefused("The key must be an RSA key.")
    if key.key_size < LEAST_BITS:
        raise RecipientKeyRefused(f"The key has {key.key_size} bits; it needs {LEAST_BITS}.")
    if certificate.not_valid_after_utc <= at:
        raise RecipientKeyRefused(f"It expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
    if certificate.not_valid_before_utc > at:
        raise RecipientKeyRefused(
            f"It is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}."
        )
    _refuse_other_uses(certificate)
    return Recipient(certificate, key)


def _refuse_other_uses(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return  # it does not say, and so may be used for anything
    if not usage.key_encipherment:
        raise RecipientKeyRefused("Its key usage does not allow encrypting for it.")
