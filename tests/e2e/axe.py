"""axe-core in a page: what keeps people from using it, as far as a program can tell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "web/dashboard/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
_RUN = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


def script() -> str:
    """axe-core's source; the test is skipped where it is not installed, and fails in CI."""
    if SCRIPT.exists():
        return SCRIPT.read_text(encoding="utf-8")
    sentence = "needs axe-core; `make dashboard` installs it into web/dashboard/node_modules"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def grave(page: Page, source: str) -> list[str]:
    """The violations that are serious or critical, a line for each element.

    The script comes by the debugger's way, which the page's policy has no say in: the policy stays as it is.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(source)
    violations: list[dict[str, Any]] = page.evaluate(_RUN)
    return [
        f"{found['id']}: {' '.join(node['target'])}: {node['failureSummary'].splitlines()[-1].strip()}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]
