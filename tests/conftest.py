"""What every test can ask for, and what is left out where a part of the machine is missing."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.factories import World, world

# A property holds or not, however busy the machine is: speed is for bench/.
settings.register_profile("fsc", deadline=None)
settings.load_profile("fsc")

#: Rules know no database: to ask them beside one is enough.
RULES = Path(__file__).parent / "domain"
CHROMIUM = Path("/usr/bin/chromium")
#: Set by .ci/run: there a missing part is a failure, not a skip.
REQUIRE_ALL = os.environ.get("FSC_REQUIRE_ALL") == "1"
#: A browser that asks nobody outside for anything.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """What pytest-playwright's `page` and `browser` start: the machine's Chromium, not a downloaded one."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(CHROMIUM_ARGUMENTS)}


@pytest.fixture
def given(db: None) -> World:
    """The world that most tests begin with; a module that wants another one makes its own."""
    return world()


@pytest.hookimpl(tryfirst=True)  # before pytest reads `-m`
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(RULES):
            item.add_marker("once")
    if REQUIRE_ALL or CHROMIUM.exists():
        return
    skip = pytest.mark.skip(reason=f"No browser at {CHROMIUM}; `apt-get install chromium` brings it.")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)
