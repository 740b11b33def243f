"""What several test modules need: a profile of hypothesis, and a browser.

No test has a deadline: hypothesis would fail an example that takes 200 ms, as on a busy machine any may.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

SPARED = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium by its driver; without them the tests are skipped, unless ALIGNER_REQUIRE_BROWSER=1 forbids it."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        missing.append("selenium")
    if missing:
        say = pytest.fail if os.environ.get("ALIGNER_REQUIRE_BROWSER") == "1" else pytest.skip
        say(f"{', '.join(missing)} not here; apt-get install chromium chromium-driver, pip install selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new",
        "--window-size=1200,900",
        *SPARED.split(),
        "--disable-sync",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()
