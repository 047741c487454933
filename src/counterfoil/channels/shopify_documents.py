"""
Every question we ask of Shopify's Admin API, in one place.

One question may cost at most a thousand points, and whatever is asked for in lists is counted as if
all of it came. That is why lines come in pages and the lines of each refund are asked for by
themselves. What needs a permission that a shop may not have given stands under a name of its own,
so that a refusal leaves the rest of the answer whole.
"""

MONEY = "presentmentMoney { amount currencyCode }"

LINES = f"""
    nodes {{
      id name sku quantity currentQuantity isGiftCard
      customAttributes {{ key value }}
      variant {{ id }}
      product {{ id }}
      originalUnitPriceSet {{ {MONEY} }}
      discountAllocations {{ allocatedAmountSet {{ {MONEY} }} }}
      taxLines(first: 5) {{ priceSet {{ {MONEY} }} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
"""

ORDER = f"""
query CounterfoilOrder($id: ID!, $lines: Int!) {{
  order(id: $id) {{
    id name test createdAt processedAt updatedAt cancelledAt displayFinancialStatus taxesIncluded
    presentmentCurrencyCode customerLocale
    customAttributes {{ key value }}
    totalPriceSet {{ {MONEY} }}
    totalReceivedSet {{ {MONEY} }}
    transactions(first: 20) {{ kind status processedAt }}
    refunds(first: 100) {{ id }}
    lineItems(first: $lines) {{ {LINES} }}
  }}
  buyer: order(id: $id) {{ email customer {{ firstName lastName }} }}
  disputed: order(id: $id) {{ disputes {{ id initiatedAs status }} }}
}}
"""

MORE_LINES = f"""
query CounterfoilLines($id: ID!, $lines: Int!, $after: String) {{
  order(id: $id) {{ updatedAt lineItems(first: $lines, after: $after) {{ {LINES} }} }}
}}
"""

REFUND = f"""
query CounterfoilRefund($id: ID!, $after: String) {{
  refund(id: $id) {{
    id note createdAt processedAt
    totalRefundedSet {{ {MONEY} }}
    transactions(first: 20) {{ nodes {{ status amountSet {{ {MONEY} }} }} }}
    refundLineItems(first: 50, after: $after) {{
      nodes {{
        quantity
        lineItem {{ id }}
        subtotalSet {{ {MONEY} }}
        totalTaxSet {{ {MONEY} }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

DISPUTE = """
query CounterfoilDispute($id: ID!) {
  dispute(id: $id) { id initiatedAt amount { amount currencyCode } }
}
"""

CHANGED = """
query CounterfoilChanged($query: String!, $size: Int!, $after: String) {
  orders(first: $size, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

PAYMENTS = f"""
query CounterfoilPayments($id: ID!) {{
  order(id: $id) {{
    id presentmentCurrencyCode taxesIncluded processedAt
    refunds(first: 100) {{ id note }}
    transactions(first: 50) {{
      id kind status gateway amountSet {{ {MONEY} }} maximumRefundableV2 {{ amount currencyCode }}
    }}
  }}
}}
"""

CREATE_REFUND = """
mutation CounterfoilRefund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}
"""

SHOWN = """
query CounterfoilShown($id: ID!, $after: String) {
  order(id: $id) {
    id name tags
    metafield(namespace: "$app", key: "counterfoil") { value compareDigest }
    fulfillmentOrders(first: 8, after: $after) {
      nodes {
        id status
        assignedLocation { location { id } }
        supportedActions { action }
        lineItems(first: 30) {
          nodes { id remainingQuantity requiresShipping lineItem { id } }
          pageInfo { hasNextPage endCursor }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

MORE_TO_FULFIL = """
query CounterfoilToFulfil($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: 200, after: $after) {
      nodes { id remainingQuantity requiresShipping lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

SET_METAFIELD = """
mutation CounterfoilShow($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { key compareDigest }
    userErrors { field message code }
  }
}
"""

FULFIL = """
mutation CounterfoilFulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status }
    userErrors { field message }
  }
}
"""

ADD_TAGS = """
mutation CounterfoilTag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}
"""

SUBSCRIPTIONS = """
query CounterfoilSubscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri name format }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation CounterfoilSubscribe($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

REDIRECT = """
mutation CounterfoilRedirect($id: ID!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $to) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

IDENTITY = """
query CounterfoilIdentity {
  shop { id myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}
"""
