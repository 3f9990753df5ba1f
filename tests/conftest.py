"""What every test can ask for, and what is left out where a part of the machine is missing."""

import os
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
#: Set by .ci/run: there a missing part is a failure, not a skip.
REQUIRE_ALL = os.environ.get("FSC_REQUIRE_ALL") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if REQUIRE_ALL or CHROMIUM.exists():
        return
    skip = pytest.mark.skip(reason=f"No browser at {CHROMIUM}; `apt-get install chromium` brings it.")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)
