"""Print the description of the API."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from counterfoil.api.urls import api


class Command(BaseCommand):
    """Print the OpenAPI document, as it is committed in ``docs/reference/openapi.json``."""

    help = "Prints the OpenAPI document of the API."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it, in the one form that is compared."""
        schema = api.get_openapi_schema(path_prefix="/v1/")
        self.stdout.write(json.dumps(schema, indent=2, sort_keys=True, default=str))
