"""Faces from far away: small ones, JPEGs, faces in a stream."""

import numpy as np
import pytest

from models.emotion.far_away import jpeg, shrunk, streamed


def faces(count: int) -> np.ndarray:
    """Flat ones, each a shade of its own, with a fine pattern."""
    shades = np.linspace(60, 200, count).astype(np.uint8)
    pattern = np.indices((48, 48)).sum(axis=0) % 2 * 30
    return np.asarray(shades[:, None, None] + pattern, np.uint8)


def test_few_pixels_show_no_fine_pattern() -> None:
    given = faces(3)
    seen = shrunk(given, 16)
    assert seen.shape == given.shape
    assert given.std(axis=(1, 2)).min() > 14
    assert seen.std(axis=(1, 2)).max() < 2
    assert seen.mean(axis=(1, 2)) == pytest.approx(given.mean(axis=(1, 2)), abs=2)


def test_compression_keeps_each_face_what_it_is() -> None:
    given = faces(3)
    assert jpeg(given, 30, 40).mean(axis=(1, 2)) == pytest.approx(given.mean(axis=(1, 2)), abs=3)


def test_faces_come_out_of_the_stream_in_their_order_sheet_after_sheet() -> None:
    given = faces(600)
    seen = streamed(given, 30, 28)
    assert seen.shape == given.shape
    assert seen.mean(axis=(1, 2)) == pytest.approx(given.mean(axis=(1, 2)), abs=4)
