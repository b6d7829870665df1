"""Which device decodes video on this machine, found out once."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Collection

    from av.codec.hwaccel import HWAccel

logger = logging.getLogger(__name__)

Device: TypeAlias = Literal["cuda", "vaapi", "videotoolbox", "d3d11va"]
"""As FFmpeg names them: NVDEC, Linux' VA-API, those of macOS and of Windows."""
HardwareSetting: TypeAlias = Literal["auto", "off", Device]

_IN_TURN: tuple[Device, ...] = get_args(Device)


class DeviceError(Exception):
    """A device cannot be used; the message says why, without a full stop."""


class Devices(Protocol):
    """Where FFmpeg can decode."""

    def known(self) -> Collection[str]:
        """What it is built for, whether or not the machine has it."""
        ...

    def open(self, device: Device) -> HWAccel:
        """Tries the device, which may take a second; raises `DeviceError`."""
        ...


class Hardware:
    """The device wished for, or of `auto` the first that can be used. May be called from any thread.

    Whatever a device does not take, a codec or one stream too many, FFmpeg decodes in software; each reason
    is logged once.
    """

    def __init__(self, setting: HardwareSetting, devices: Devices) -> None:
        self._setting = setting
        self._devices = devices
        self._lock = threading.Lock()
        self._searched = setting == "off"
        self._device: Device | None = None
        self._accelerator: HWAccel | None = None
        self._declined: set[str] = set()

    def accelerator(self) -> HWAccel | None:
        """What a video is opened with, `None` for software. The first call tries the devices."""
        with self._lock:
            if not self._searched:
                self._searched = True
                self._search()
            return self._accelerator

    def is_lost(self) -> bool:
        """Whether the device cannot be used any more, told after an opening failed; it is left alone then."""
        with self._lock:
            if self._device is None:
                return True
            try:
                self._accelerator = self._devices.open(self._device)
            except DeviceError as error:
                logger.warning("%s decodes no further video: %s. Software does.", self._device, error)
                self._device = self._accelerator = None
            return self._device is None

    def declined(self, codec: str, width: int, height: int) -> None:
        """A video was opened with the device, but is decoded in software."""
        with self._lock:
            if self._device is None or codec in self._declined:
                return
            self._declined.add(codec)
            logger.info(
                "%s does not take %s of %dx%d; software decodes it.", self._device, codec, width, height
            )

    def _search(self) -> None:
        wished = [each for each in _IN_TURN if self._setting in ("auto", each)]
        known = self._devices.known()
        reasons = []
        for device in wished:
            if device not in known:
                continue
            try:
                self._accelerator = self._devices.open(device)
            except DeviceError as error:
                reasons.append(f"{device}: {error}")
                continue
            self._device = device
            logger.info("Video is decoded by %s.", device)
            return
        if unknown := [device for device in wished if device not in known]:
            reasons.append(f"the FFmpeg installed here is built without {', '.join(unknown)}")
        level = logging.INFO if self._setting == "auto" else logging.WARNING
        logger.log(level, "Video is decoded in software: %s.", "; ".join(reasons))
