"""
What a question costs, counted as Shopify documents it.

Values cost nothing, an object one point, a list of pages two and its objects as often as they are
asked for, a mutation ten. Whether Shopify's own count is the same to the point, nobody here knows.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

MOST = 1000
_MUTATION = 10
_CONNECTION = 2


class Costing:
    """Counts what one request may cost at most."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        """Remember what fields mean and how large the pages are."""
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def of(self, operation: OperationDefinitionNode) -> int:
        """Count an operation."""
        root = self._schema.get_root_type(operation.operation)
        if root is None or operation.operation is OperationType.MUTATION:
            return _MUTATION * len(operation.selection_set.selections)
        return self._selections(operation.selection_set, root)

    def _selections(self, chosen: SelectionSetNode | None, kind: GraphQLNamedType) -> int:
        total = 0
        for node in chosen.selections if chosen else ():
            match node:
                case FieldNode():
                    total += self._field(node, kind)
                case InlineFragmentNode():
                    total += self._selections(node.selection_set, self._on(node, kind))
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    total += self._selections(fragment.selection_set, self._on(fragment, kind))
                case _:
                    continue
        return total

    def _on(
        self, node: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLNamedType
    ) -> GraphQLNamedType:
        named = node.type_condition
        found = self._schema.get_type(named.name.value) if named else None
        return found or kind

    def _field(self, node: FieldNode, kind: GraphQLNamedType) -> int:
        fields = getattr(kind, "fields", {})
        if node.name.value not in fields:
            return 0  # __typename
        inner = get_named_type(fields[node.name.value].type)
        if is_leaf_type(inner):
            return 0
        within = self._selections(node.selection_set, inner)
        if inner.name.endswith("Connection"):
            return _CONNECTION + self._size(node) * max(1, within)
        return 1 + within if inner.name != "PageInfo" else 0

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return int(self._variables.get(argument.value.name.value) or 0)
        return 1
