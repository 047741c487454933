"""What is refused about products, their terms, connections, texts to agree to, and API keys."""

from collections.abc import Iterable

from counterfoil.errors.base import Conflict, Rejected
from counterfoil.errors.declared import Fault

__all__ = [
    "ApiKeyInvalid",
    "ApiKeyMade",
    "ConnectionChanged",
    "ConnectionInvalid",
    "ConnectionSlugTaken",
    "ConsentChanged",
    "ConsentInvalid",
    "ProductChanged",
    "ProductInvalid",
    "SkuTaken",
    "TermsChanged",
    "TermsInvalid",
]


class Faulty(Exception):
    """Something in the form is wrong; ``faults`` says where and what."""

    def __init__(self, detail: str = "", *, faults: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(detail or " ".join(one.says for one in self.faults[:5]))


class ProductInvalid(Faulty, Rejected):
    """A product cannot be like that; ``faults`` says what is wrong in which field."""

    code = "product_invalid"


class SkuTaken(Conflict):
    """There is a product with this SKU already."""

    code = "sku_taken"


class ProductChanged(Conflict):
    """Somebody else has changed this product in the meantime."""

    code = "product_changed"


class TermsInvalid(Faulty, Rejected):
    """Nothing can be sold under these terms; ``faults`` says what is wrong in which field."""

    code = "terms_invalid"


class TermsChanged(Conflict):
    """Somebody else has published another version of these terms in the meantime."""

    code = "terms_changed"


class ConnectionInvalid(Faulty, Rejected):
    """A connection cannot be like that; ``faults`` says what is wrong in which field."""

    code = "connection_invalid"


class ConnectionSlugTaken(Conflict):
    """There is a connection with this short name already."""

    code = "connection_slug_taken"


class ConnectionChanged(Conflict):
    """Somebody else has changed this connection in the meantime."""

    code = "connection_changed"


class ConsentInvalid(Faulty, Rejected):
    """Nobody can be asked to agree to that; ``faults`` says what is wrong in which field."""

    code = "consent_invalid"


class ConsentChanged(Conflict):
    """Somebody else has published another version of this text in the meantime."""

    code = "consent_changed"


class ApiKeyInvalid(Faulty, Rejected):
    """A key cannot be like that; ``faults`` says what is wrong in which field."""

    code = "api_key_invalid"


class ApiKeyMade(Conflict):
    """This key was made already; it was shown then, and is not shown again."""

    code = "api_key_made"
