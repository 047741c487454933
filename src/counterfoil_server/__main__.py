"""`python -m counterfoil_server` is `counterfoil`."""

import sys

from .cli import main

sys.exit(main())
