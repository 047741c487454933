"""The workloads. Importing this package sets Django up, so that the others may import records."""

import django

django.setup()
