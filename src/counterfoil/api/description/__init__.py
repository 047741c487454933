"""
The description of the API, as OpenAPI 3.1.

What can be derived is derived, for any operation: its name from its address, whom it lets in from
its key, what it refuses from what the functions behind it say they raise, its examples from the
examples of fields. Operations say only what nobody could guess.
"""

from counterfoil.api.description.document import Described

__all__ = ["Described"]
