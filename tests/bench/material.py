"""What the benchmarks run on, and how they measure."""

from __future__ import annotations

import os
import time
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import av

from stream.pattern import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.video.stream import VideoStream

SIZES = ((640, 360), (1280, 720), (1920, 1080))
REAL = ("smile.mp4", "desk.mp4", "stage.mp4", "laugh_then_stare_720p.mp4")


def clips(folder: Path) -> list[Path]:
    """Real clips where the data folder is there, and otherwise drawn people, written into `folder`."""
    real = Path(os.environ.get("SEMBLANCE_DATA") or "../shared/data") / "clips"
    return [real / name for name in REAL] if real.is_dir() else [drawn(folder / "drawn.mp4")]


def sized(folder: Path, frames: int) -> list[Path]:
    """A clip of 640x360, one of 1280x720 and one of 1920x1080, about so many frames long, in `folder`."""
    found = clips(folder)
    sources = [found[2], found[3], found[3]] if len(found) == len(REAL) else found * 3
    return [
        _enlarged(source, folder, frames, width, height)
        for source, (width, height) in zip(sources, SIZES, strict=True)
    ]


def certain(folder: Path, frames: int) -> list[Path]:
    """Clips in which everybody finds the same faces: two drawn people at 640x360, and somebody before a
    camera at 1280x720, about so many frames long, in `folder`."""
    found = clips(folder)
    source = found[3] if len(found) == len(REAL) else found[0]
    return [
        drawn(folder / "drawn-640x360.mp4", frames),
        _enlarged(source, folder, frames, *SIZES[1]),
    ]


def camera(folder: Path, fps: int = 25) -> Path:
    """Ten seconds of 640x360 at so many frames a second, in `folder`."""
    found = clips(folder)
    return _enlarged(found[2] if len(found) == len(REAL) else found[0], folder, 10 * fps, *SIZES[0], fps)


def repeated(file: Path, target: Path, times: int) -> Path:
    """The video of a file so many times over, its packets as they are."""
    with av.open(str(target), "w") as out:
        copy: VideoStream | None = None
        shift = 0
        for _ in range(times):
            with av.open(str(file)) as container:
                video = container.streams.video[0]
                copy = copy or out.add_stream_from_template(video)
                end = shift
                for packet in container.demux(video):
                    if packet.dts is None or packet.pts is None:
                        continue  # the one that ends the stream
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    end = max(end, packet.pts + (packet.duration or 1))
                    packet.stream = copy
                    out.mux(packet)
                shift = end
    return target


def shortened(file: Path, target: Path, frames: int) -> Path:
    """The first so many packets of a file's video as they are, in `target`; the file, if it has no more."""
    with av.open(str(file)) as container:
        video = container.streams.video[0]
        if 0 < video.frames <= frames:
            return file
        with av.open(str(target), "w") as out:
            copy = out.add_stream_from_template(video)
            for packet in islice(container.demux(video), frames):
                if packet.dts is not None:
                    packet.stream = copy
                    out.mux(packet)
    return target


def processor_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of all threads, and wall seconds, of some work."""
    processor, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - wall


def _enlarged(source: Path, folder: Path, frames: int, width: int, height: int, fps: int = 30) -> Path:
    """The clip in another size, H.264, over and over until it is long enough."""
    once = folder / f"once-{width}x{height}.mp4"
    with av.open(str(source)) as container, av.open(str(once), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(fps), options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        count = 0
        for frame in container.decode(video=0):
            picture = frame.reformat(width, height, "yuv420p")
            picture.pts, picture.time_base = count, Fraction(1, fps)
            out.mux(stream.encode(picture))
            count += 1
            if count == frames:
                break
        out.mux(stream.encode(None))
    return repeated(once, folder / f"{width}x{height}.mp4", -(-frames // count))


def drawn(path: Path, frames: int = 250) -> Path:
    """Two people, whose faces are there in every frame, as an H.264 file of 25 frames a second."""
    scene = Scene(640, 360, people=2, seed=3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(scene.render(number / 25), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path
