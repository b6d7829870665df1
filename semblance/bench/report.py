"""The report of a bench: all that was asked and found, as one JSON object."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import av
import onnxruntime

from semblance.bench.wishes import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference import LoadedModel
    from semblance.bench.bottleneck import Bottleneck
    from semblance.bench.findings import Findings
    from semblance.bench.machine import Machine
    from semblance.bench.playing import Playing
    from semblance.bench.trial import Trial
    from semblance.bench.wishes import Wishes

_DISTURBING = 0.25
"""The share of the cores that other programs take from which on the answer is not the machine's."""


@dataclass(frozen=True, slots=True)
class Report:
    """`bottleneck` is what was full beyond the answer; `None` while that is not known."""

    wishes: Wishes
    playing: Playing
    findings: Findings
    shown: Trial
    bottleneck: Bottleneck | None
    models: Sequence[LoadedModel]
    machine: Machine

    @property
    def disturbed(self) -> bool:
        """Whether other programs took so much that the answer may not hold again: meanwhile, or when there
        was a stream too many.
        """
        seen = (self.shown, self.findings.beyond)
        return any(trial is not None and trial.others > _DISTURBING * self.machine.cores for trial in seen)

    def document(self) -> dict[str, Any]:
        """For JSON: seconds, bytes, cores and frames."""
        shown, spent = self.shown, self.shown.spending
        per_stream = self.findings.memory_per_stream
        return {
            "streams": self.findings.carried,
            "complete": self.findings.complete,
            "disturbed": self.disturbed,
            "framesPerSecond": round(shown.frames_per_second, 2),
            "latency": {"p50": _rounded(shown.p50), "p95": _rounded(shown.p95)},
            "analysed": {"share": round(shown.share, 4), "leastOfAStream": round(shown.least, 4)},
            "facesPerFrame": round(shown.faces, 2),
            "processor": {
                "cores": self.machine.cores,
                "used": round(spent.used, 3),
                "byOthers": round(shown.others, 3),
            },
            "memory": {"bytes": shown.memory, "perStream": None if per_stream is None else round(per_stream)},
            "stages": {
                stage: {
                    "cores": round(cores, 4),
                    "share": round(cores / spent.used, 4) if spent.used else 0.0,
                    "secondsPerFrame": round(cores / (shown.frames_per_second or 1), 6),
                }
                for stage, cores in spent.stages.items()
            },
            "busy": {
                "detectThread": round(spent.detecting, 4),
                "detectorRuns": round(spent.running[0], 4),
                "readThread": round(spent.reading, 4),
                "classifierRuns": round(spent.running[1], 4),
                "eventLoop": round(spent.loop, 4),
                "busiestDecoder": round(spent.decoding, 4),
            },
            "bottleneck": asdict(self.bottleneck) if self.bottleneck else None,
            "asked": self._asked(),
            "models": [
                {"task": model.task, "name": model.name, "version": model.version, "provider": model.provider}
                for model in self.models
            ],
            "machine": asdict(self.machine),
            "versions": versions(),
            "trials": [self._line(trial) for trial in self.findings.trials],
        }

    def _asked(self) -> dict[str, Any]:
        wishes, info = self.wishes, self.playing.info
        return {
            "fps": wishes.fps,
            "latency": wishes.latency,
            "seconds": wishes.seconds,
            "file": None if isinstance(wishes.material, Drawn) else str(wishes.material),
            "faces": wishes.material.faces if isinstance(wishes.material, Drawn) else None,
            "width": info.width,
            "height": info.height,
            "codec": info.codec,
            "decoder": self.shown.decoder,
            "cameraFps": info.fps,
            "dueFps": round(self.playing.due, 3),
        }

    def _line(self, trial: Trial) -> dict[str, Any]:
        return {
            "streams": trial.streams,
            "carried": trial.carried(self.wishes.latency),
            "seconds": round(trial.seconds, 2),
            "framesPerSecond": round(trial.frames_per_second, 2),
            "share": round(trial.share, 4),
            "p50": _rounded(trial.p50),
            "p95": _rounded(trial.p95),
            "cores": round(trial.spending.used, 3),
            "byOthers": round(trial.others, 3),
            "lag": round(trial.lag, 4),
            "memory": trial.memory,
        }


def versions() -> dict[str, str]:
    """Of all that the figures depend on."""
    codec = ".".join(map(str, av.library_versions["libavcodec"]))
    return {
        "semblance": version("semblance"),
        "onnxruntime": onnxruntime.__version__,
        "av": av.__version__,
        "libavcodec": codec,
        "python": platform.python_version(),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
