"""Publishes a coded clip by WHIP in a loop through FFmpeg's `whip` muxer, as `ffmpeg -f whip` would.

    python -m tests.e2e.ffmpeg_publisher [--token TOKEN] [--option name=value] URL clip.au

Nothing is coded again: the access units of a clip (`tests/e2e/clips.py` writes them) are sent as they are, at
the clip's own pace. Writes "publishing" when the first picture is on its way, and takes its leave on SIGTERM.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import time
from fractions import Fraction
from itertools import count
from pathlib import Path

import av

from tests.e2e.coded_clip import Clip


def publish(url: str, clip: Clip, options: dict[str, str]) -> None:
    stopped = False
    units, fps = clip.units, Fraction(clip.fps)

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    with (
        av.open(io.BytesIO(b"".join(units)), format="h264") as coded,
        av.open(url, "w", format="whip", options=options) as publisher,
    ):
        stream = publisher.add_stream_from_template(coded.streams.video[0])
        publisher.start_encoding()
        begin = time.monotonic()
        for number in count():
            if stopped:
                return
            packet = av.Packet(units[number % len(units)])
            packet.stream, packet.time_base = stream, 1 / fps
            packet.pts = packet.dts = number
            packet.is_keyframe = number % len(units) == 0
            publisher.mux(packet)
            if number == 0:
                announce()
            time.sleep(max(0.0, begin + float((number + 1) / fps) - time.monotonic()))


def announce() -> None:
    sys.stdout.write("publishing\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--token")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("url")
    parser.add_argument("clip", type=Path)
    arguments = parser.parse_args()
    options = dict(option.split("=", 1) for option in arguments.option)
    if arguments.token:
        options["authorization"] = arguments.token
    try:
        publish(arguments.url, Clip.read(arguments.clip), options)
    except (av.FFmpegError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
