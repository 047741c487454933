"""Who asks, and what they may see."""

from dataclasses import dataclass
from typing import Any, NoReturn

from graphql import GraphQLError, GraphQLResolveInfo, get_directive_values

from counterfoil_sim.shopify.shop import Shopify

_PROTECTED = "https://shopify.dev/docs/apps/launch/protected-customer-data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request to the API, by an app with scopes."""

    shop: Shopify
    refuses: bool = False

    def require(self, scope: str) -> None:
        """
        Let pass what the app may do; whoever may write may read.

        :raises GraphQLError: if it may not.
        """
        scopes = set(self.shop.app["scopes"])
        if scope in scopes or scope.replace("read_", "write_", 1) in scopes:
            return
        _deny(f"Access denied. Required access: `{scope}` access scope.", requires=scope)

    def buyer(self, value: Any, *, shown: bool) -> Any:
        """
        Give what belongs to the buyer.

        :raises GraphQLError: if the app was not approved to see it.
        """
        if not shown:
            _deny(f"This app is not approved to use this field. See {_PROTECTED}.")
        return value


def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """
    Give the value of a field: as it is, or by calling what computes it.

    :raises GraphQLError: if the field exists at Shopify and is not simulated here.
    """
    try:
        value = source[info.field_name]
    except (KeyError, TypeError):
        raise GraphQLError(
            f"{info.parent_type.name}.{info.field_name} is not simulated",
            extensions={"code": "NOT_SIMULATED"},
        ) from None
    if info.field_name == "refundCreate":
        arguments["key"] = _idempotency_key(info)
    return value(**arguments) if callable(value) else value


def _idempotency_key(info: GraphQLResolveInfo[Any]) -> str | None:
    directive = info.schema.get_directive("idempotent")
    if directive is None:
        return None
    found = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    return found["key"] if found else None


def _deny(message: str, **more: str) -> NoReturn:
    raise GraphQLError(message, extensions={"code": "ACCESS_DENIED", **more})
