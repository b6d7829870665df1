"""Our top-level packages have common names: no dependency may ship one of the same."""

from importlib.metadata import packages_distributions

import pytest

PACKAGES = ("semblance", "stream", "inference", "aggregation", "web", "models")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_dependency_ships_a_package_of_our_name(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"semblance"}, f"{package!r} is also shipped by {owners - {'semblance'}}"
