"""The devices that FFmpeg decodes on, through PyAV."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import av.error
from av.codec.context import CodecContext
from av.codec.hwaccel import HWAccel, hwdevices_available

from stream.hardware import DeviceError

if TYPE_CHECKING:
    from collections.abc import Collection

    from av.video.codeccontext import VideoCodecContext

    from stream.hardware import Device

_COMMON = "h264"  # whatever decodes video decodes this
_SHARED = {"primary_ctx": "1"}
"""All streams in the context that the models use, instead of hundreds of megabytes for each. FFmpeg
(libavutil/hwcontext_cuda.c) refuses that where others made it with other flags, so it must come first."""


class FfmpegDevices:
    """Pictures come back to ordinary memory, as NV12 or, of more than 8 bits, P010."""

    def __init__(self) -> None:
        self._kept: list[CodecContext] = []

    def known(self) -> Collection[str]:
        return hwdevices_available()

    def open(self, device: Device) -> HWAccel:
        """What was tried stays open: the next opening takes the driver milliseconds then."""
        refusal = ""
        for options in (_SHARED, {}) if device == "cuda" else ({},):
            accelerator = HWAccel(device, allow_software_fallback=True, options=dict(options))
            try:
                context = CodecContext.create(_COMMON, "r", hwaccel=accelerator)
            except av.error.FFmpegError as error:
                refusal = refusal or _reason(error)
                continue
            if not context.is_hwaccel:
                raise DeviceError("the FFmpeg installed here decodes no H.264 with it")
            self._kept = [context]
            return accelerator
        raise DeviceError(refusal)


def decoder_of(context: VideoCodecContext) -> str:
    """The device that decodes, or `software`; known once a picture has come."""
    if context.is_hwaccel:
        for config in context.codec.hardware_configs:
            if config.format and context.format and config.format.name == context.format.name:
                return config.device_type.name
    return "software"


def _reason(error: av.error.FFmpegError) -> str:
    if error.errno == errno.EPERM:  # libavutil/hwcontext_cuda.c: the library was not found
        return "the driver's library (for NVIDIA libcuda.so.1) is not installed"
    return f"the driver refuses it: {error.strerror or type(error).__name__}"
