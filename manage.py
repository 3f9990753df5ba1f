#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

VENV_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    if find_spec("django") is None:
        turn_into_venv()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - there only in .venv

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fsc.settings")
    execute_from_command_line(sys.argv)


def turn_into_venv() -> None:
    """`python manage.py …` from a plain shell goes on in the .venv that run.py made."""
    if not VENV_PYTHON.exists() or Path(sys.prefix) == VENV_PYTHON.parent.parent:
        sys.exit("manage.py: Django is not installed here. `python3 run.py` installs it into .venv first.")
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])


if __name__ == "__main__":
    main()
