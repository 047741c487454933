"""
Write requirements/ci.txt: the exact versions CI installs.

People install within the bounds of pyproject.toml and meet new versions early; CI installs what is
written here (as a constraint), so that a change fails for its own sake and no other.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "requirements" / "ci.txt"
HEADER = "# Written by `make lock`; CI uses it as a constraint.\n"


def main() -> None:
    """Install everything into a fresh environment and write down what came."""
    with tempfile.TemporaryDirectory() as place:
        python = Path(place, "bin", "python")
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [python, "-m", "pip", "--quiet"]
        subprocess.run([*pip, "install", "--upgrade", "pip>=25.1"], check=True)
        groups = ["--group", "test", "--group", "check", "--group", "docs", "--group", "build"]
        subprocess.run([*pip, "install", "--editable", ".[server]", *groups], check=True, cwd=ROOT)
        frozen = subprocess.run(
            [*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True
        ).stdout
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(HEADER + frozen)


if __name__ == "__main__":
    main()
