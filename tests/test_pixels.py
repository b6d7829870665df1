"""Decoded frames: colours, luma, scaling, turning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from stream.pixels import AvPixels, Scaler
from tests.videos import picture, write_video

if TYPE_CHECKING:
    from pathlib import Path


def pixels(layout: str, width: int = 160, height: int = 120) -> AvPixels:
    frame = av.VideoFrame.from_ndarray(picture(5, width, height), "bgr24").reformat(format=layout)
    return AvPixels(frame, Scaler())


@pytest.mark.parametrize(
    "layout", ["yuv420p", "yuv422p", "yuv444p", "nv12", "yuyv422", "bgr24", "yuv420p10le", "p010le"]
)
def test_every_layout_gives_the_same_picture(layout: str) -> None:
    converted = pixels(layout).bgr(160, 120).astype(int)
    away_from_edges = np.abs(converted - picture(5))[5:50, 5:70]
    assert away_from_edges.max() <= 4


@pytest.mark.parametrize(
    "layout", ["yuv420p", "yuvj420p", "nv12", "gray", "yuyv422", "bgr24", "yuv420p10le", "p010le", "yuv444p"]
)
def test_the_luma_of_every_layout_has_the_levels_it_says(layout: str) -> None:
    grey = pixels(layout).grey()
    assert grey.values.shape == (120, 160)
    light = (grey.values[20:100, 10:70].astype(float) - grey.black) / (grey.white - grey.black)
    assert light == pytest.approx(80 / 255, abs=0.02)


def test_luma_is_not_copied() -> None:
    frame = av.VideoFrame.from_ndarray(picture(5), "bgr24").reformat(format="yuv420p")
    grey = AvPixels(frame, Scaler()).grey()
    assert (grey.black, grey.white) == (16, 235)
    written = np.frombuffer(frame.planes[0], np.uint8)  # type: ignore[call-overload]
    assert np.shares_memory(written, grey.values)


def test_full_range_is_told_by_the_frame_too() -> None:
    frame = av.VideoFrame.from_ndarray(picture(5), "bgr24").reformat(format="yuv420p")
    frame.color_range = ColorRange.JPEG
    grey = AvPixels(frame, Scaler()).grey()
    assert (grey.black, grey.white) == (0, 255)


def test_an_odd_width_has_no_padding_in_it() -> None:
    odd = pixels("yuv420p", 150, 101)
    assert odd.grey().values.shape == (101, 150)
    assert odd.bgr(75, 50).shape == (50, 75, 3)


def test_scaling_down_averages_and_does_not_skip() -> None:
    stripes = np.zeros((120, 160, 3), np.uint8)
    stripes[:, ::2] = 255
    frame = av.VideoFrame.from_ndarray(stripes, "bgr24").reformat(format="yuv444p")
    small = AvPixels(frame, Scaler()).bgr(40, 30)
    assert np.abs(small.astype(int) - 127).max() <= 4


def test_the_sizes_asked_for_may_change() -> None:
    shown, scaler = picture(5), Scaler()
    frame = av.VideoFrame.from_ndarray(shown, "bgr24").reformat(format="yuv420p")
    for width in (160, 80, 64, 320, 100, 160):
        assert AvPixels(frame, scaler).bgr(width, width * 3 // 4).shape == (width * 3 // 4, width, 3)


@pytest.mark.parametrize("turned", [90, 180, 270, -90])
def test_a_display_matrix_turns_the_picture_upright(tmp_path: Path, turned: int) -> None:
    path = write_video(tmp_path / "turned.mp4", 1, turned=turned)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        upright = AvPixels(frame, Scaler())
        expected = np.rot90(picture(0), turned // 90)
        assert (upright.width, upright.height) == (expected.shape[1], expected.shape[0])
        shown = upright.bgr(upright.width, upright.height)
        assert np.abs(shown.astype(int) - expected).mean() < 12
        grey = upright.grey()
        assert grey.values.shape == expected.shape[:2]
        full = (grey.values.astype(float) - grey.black) * 255 / (grey.white - grey.black)
        assert np.abs(full - cv2.cvtColor(np.ascontiguousarray(expected), cv2.COLOR_BGR2GRAY)).mean() < 4


def test_a_frame_outlives_its_container(tmp_path: Path) -> None:
    path = write_video(tmp_path / "short.mp4", 5)
    with av.open(str(path)) as container:
        kept = [AvPixels(frame, Scaler()) for frame in container.decode(video=0)]
    assert [round(float(pixels.grey().values[:, :50].mean())) for pixels in kept] == sorted(
        round(float(pixels.grey().values[:, :50].mean())) for pixels in kept
    )


@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p", "nv12", "nv21"])
def test_planes_of_halved_colours_are_handed_over_as_they_are(layout: str) -> None:
    planes = pixels(layout).planes()
    assert planes is not None
    colours = [np.kron(plane, np.ones((2, 2))) for plane in (planes.blue, planes.red)]
    shown = np.stack([planes.luma, *colours, np.ones((120, 160))], -1) @ planes.to_bgr.T
    assert np.abs(shown - picture(5))[5:50, 5:70].max() <= 4


def test_other_pictures_have_no_planes_to_hand_over() -> None:
    for layout in ("yuv422p", "yuv444p", "bgr24", "gray"):
        assert pixels(layout).planes() is None
    assert pixels("yuv420p", 150, 101).planes() is None
