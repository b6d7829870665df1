"""What runs the models reports to nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("module", ["inference.sessions", "models.card_page"])
def test_onnx_runtime_starts_no_report_to_its_maker(tmp_path: Path, module: str) -> None:
    """It writes a session of its reports into the temporary folder, and an identifier into the cache."""
    told = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    folders = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    loaded = f"import {module}, sys; assert 'onnxruntime' in sys.modules"
    subprocess.run([sys.executable, "-c", loaded], env={**told, **folders}, check=True, timeout=15)
    assert list(tmp_path.iterdir()) == []
