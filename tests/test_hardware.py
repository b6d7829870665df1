"""Which device decodes, and what happens where it does not."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest
from av.codec.codec import Codec
from av.codec.context import CodecContext
from av.codec.hwaccel import HWAccel
from av.video.format import VideoFormat

from stream.addresses import parse_address
from stream.av_source import AvSource
from stream.ffmpeg_devices import FfmpegDevices, decoder_of
from stream.hardware import DeviceError, Hardware
from tests.videos import write_video

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from av.video.codeccontext import VideoCodecContext

    from stream.hardware import Device

NOWHERE = "99"  # no machine has so many


class Machine:
    """Has these devices; `gone` ones worked until they were tried again."""

    def __init__(self, *devices: str, known: Collection[str] = ("cuda", "vaapi"), gone: bool = False) -> None:
        self.tried: list[str] = []
        self._devices = devices
        self._known = known
        self._gone = gone

    def known(self) -> Collection[str]:
        return self._known

    def open(self, device: Device) -> HWAccel:
        again = device in self.tried
        self.tried.append(device)
        if device not in self._devices or (again and self._gone):
            raise DeviceError("no driver is there")
        return HWAccel("cuda", device=NOWHERE)


def test_the_first_device_that_can_be_used_decodes(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine("vaapi")
    with caplog.at_level(logging.INFO):
        hardware = Hardware("auto", machine)
        assert hardware.accelerator() is not None
        assert hardware.accelerator() is not None
    assert machine.tried == ["cuda", "vaapi"]
    assert caplog.messages == ["Video is decoded by vaapi."]


def test_why_there_is_none_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    hardware = Hardware("auto", Machine())
    with caplog.at_level(logging.INFO):
        assert hardware.accelerator() is None
        assert hardware.accelerator() is None
    assert caplog.messages == [
        "Video is decoded in software: cuda: no driver is there; vaapi: no driver is there; "
        "the FFmpeg installed here is built without videotoolbox, d3d11va."
    ]


def test_a_device_that_was_asked_for_and_is_not_there_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    assert Hardware("vaapi", Machine("cuda", known=["cuda"])).accelerator() is None
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "built without vaapi." in record.message


def test_off_tries_nothing() -> None:
    machine = Machine("cuda")
    assert Hardware("off", machine).accelerator() is None
    assert machine.tried == []


def test_what_a_device_does_not_take_is_said_once_a_codec(caplog: pytest.LogCaptureFixture) -> None:
    hardware = Hardware("cuda", Machine("cuda"))
    hardware.accelerator()
    with caplog.at_level(logging.INFO):
        for width in (640, 1280):
            hardware.declined("mpeg4", width, 360)
    assert caplog.messages == ["cuda does not take mpeg4 of 640x360; software decodes it."]


async def test_a_stream_plays_in_software_when_its_device_is_gone(tmp_path: Path) -> None:
    machine = Machine("cuda", gone=True)
    hardware = Hardware("auto", machine)
    path = write_video(tmp_path / "a.mp4", 4)
    for _ in range(2):
        source = AvSource("file", parse_address(str(path)), live=False, hardware=hardware)
        async with aclosing(source.frames()) as frames:
            assert len([frame async for frame in frames]) == 4
        assert source.info is not None
        assert source.info.decoder == "software"
    assert machine.tried == ["cuda", "cuda"]


def refusal(device: Device) -> str | None:
    """What FFmpeg says of the device on this machine; `None` where it works."""
    try:
        FfmpegDevices().open(device)
    except DeviceError as error:
        return str(error)
    return None


def test_a_device_that_is_not_there_is_refused_with_the_reason() -> None:
    said = refusal("cuda")
    assert said is None or "driver" in said or "decodes no H.264" in said


def test_what_ffmpeg_decodes_itself_is_decoded_in_software() -> None:
    context = CodecContext.create("h264", "r")
    assert decoder_of(context) == "software"


@dataclass(frozen=True)
class Opened:
    """A decoder after its first picture, which came in this layout."""

    codec: Codec
    format: VideoFormat
    is_hwaccel: bool = True


@pytest.mark.parametrize("came", ["device", "software"])
def test_what_came_from_a_device_names_it_and_what_it_declined_does_not(came: str) -> None:
    codec = Codec("h264", "r")
    if not codec.hardware_configs:
        pytest.skip("this FFmpeg decodes H.264 on no device")
    config = codec.hardware_configs[0]
    layout = config.format if came == "device" and config.format else VideoFormat("yuv420p")
    decoder = decoder_of(cast("VideoCodecContext", Opened(codec, layout)))
    assert decoder == (config.device_type.name if came == "device" else "software")
