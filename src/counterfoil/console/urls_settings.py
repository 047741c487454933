"""Where the settings that operators own are found."""

from django.urls import URLPattern, path

from counterfoil.console import (
    api_keys,
    connections_edit,
    connections_new,
    connections_secrets,
    consents,
    limits,
    products,
    terms,
)

settings_patterns: list[URLPattern] = [
    path("products/", products.list_products, name="console-products"),
    path("products/make/", products.make, name="console-product-make"),
    path("products/<uuid:product_id>/", products.show_product, name="console-product"),
    path("products/<uuid:product_id>/change/", products.change, name="console-product-change"),
    path("products/<uuid:product_id>/sell/", products.sell, name="console-product-sell"),
    path("products/<uuid:product_id>/stop/", products.stop_selling, name="console-product-stop"),
    path("products/<uuid:product_id>/terms/", terms.write, name="console-terms"),
    path(
        "products/<uuid:product_id>/terms/<int:version>/",
        terms.show_version,
        name="console-terms-version",
    ),
    path("connections/-/make/", connections_new.choose, name="console-connection-choose"),
    path(
        "connections/-/make/<slug:channel>/",
        connections_new.make,
        name="console-connection-make",
    ),
    path(
        "connections/<slug:slug>/change/",
        connections_edit.change,
        name="console-connection-change",
    ),
    path("connections/<slug:slug>/test/", connections_edit.test, name="console-connection-test"),
    path("connections/<slug:slug>/secrets/", connections_secrets.name_one, name="console-secrets"),
    path(
        "connections/<slug:slug>/secrets/<slug:name>/",
        connections_secrets.enter,
        name="console-secret",
    ),
    path(
        "connections/<slug:slug>/secrets/<slug:name>/end-old/",
        connections_secrets.end_old,
        name="console-secret-end-old",
    ),
    path("consents/", consents.list_texts, name="console-consents"),
    path("consents/-/write/", consents.write_new, name="console-consent-new"),
    path("consents/<slug:document>/", consents.show_text, name="console-consent"),
    path("consents/<slug:document>/write/", consents.write, name="console-consent-write"),
    path("keys/", api_keys.list_keys, name="console-keys"),
    path("keys/make/", api_keys.make, name="console-key-make"),
    path("keys/<uuid:key_id>/", api_keys.show_key, name="console-key"),
    path("keys/<uuid:key_id>/end/", api_keys.end, name="console-key-end"),
    path("limits/", limits.show_limits, name="console-limits"),
]
