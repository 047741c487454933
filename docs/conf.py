"""How the documentation is built: `make docs`."""

import os
import sys
import tomllib
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "src")]
os.environ.setdefault("SECRET_KEY", "only-for-building-the-documentation")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil_server.settings")

project = "Counterfoil"
author = "The Counterfoil authors"
release = version = tomllib.loads((_HERE.parent / "pyproject.toml").read_text())["project"][
    "version"
]
extensions = ["myst_parser", "_generate"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_generate", "images"]
html_theme = "furo"
html_title = f"Counterfoil {version}"
