"""The detector: pictures of several sizes in, their faces out."""

from __future__ import annotations

import pytest

from inference.detector import Detector
from inference.sessions import open_session
from models import shipped
from tests.faces import white_square
from tests.networks import BrightCells, manifest


def detector(network: BrightCells, size: int = 320, smallest: float = 0.0) -> Detector:
    return Detector(network, manifest("face"), size, 0.5, smallest)


def test_a_face_lies_where_it_was_seen() -> None:
    (found,) = detector(BrightCells()).detect([white_square(48, 96)])
    assert found.boxes[0].tolist() == pytest.approx([56 - 16, 104 - 16, 32, 32])


def test_a_large_picture_is_shrunk_and_its_faces_given_in_its_own_pixels() -> None:
    network, picture = BrightCells(), white_square(96, 192, 640, 384)
    picture._luma[192:224, 96:128] = 255  # noqa: SLF001 - twice the square, for half the size
    (found,) = detector(network).detect([picture])
    assert picture.asked == [(320, 192)]
    assert network.shapes == [(1, 3, 192, 320)]
    assert found.boxes[0].tolist() == pytest.approx([112 - 32, 208 - 32, 64, 64])


def test_a_small_picture_is_never_enlarged_only_padded() -> None:
    network, picture = BrightCells(), white_square(16, 16, 100, 50)
    (found,) = detector(network).detect([picture])
    assert picture.asked == [(100, 50)]
    assert network.shapes == [(1, 3, 64, 128)]
    assert found.boxes[0].tolist() == pytest.approx([24 - 16, 24 - 16, 32, 32])


def test_pictures_of_several_shapes_get_their_own_faces() -> None:
    network = BrightCells()
    sizes = [(320, 192), (320, 240)] * 3
    pictures = [white_square(16 * (1 + index), 32, *size) for index, size in enumerate(sizes)]
    found = detector(network).detect(pictures)
    assert [one.boxes[0, 0] + 8 for one in found] == pytest.approx([16 * (1 + index) for index in range(6)])
    assert sorted(network.shapes) == [
        (1, 3, 192, 320),
        (1, 3, 256, 320),
        (2, 3, 192, 320),
        (2, 3, 256, 320),
    ]


def test_on_a_gpu_batches_are_padded_and_shapes_are_few() -> None:
    network = BrightCells(on_gpu=True)
    found = detector(network, 640).detect(
        [white_square(32, 32, *size) for size in ((640, 360), (640, 352), (610, 380))]
    )
    assert network.shapes == [(4, 3, 384, 640)]
    assert [len(one) for one in found] == [1, 1, 1]


def test_faces_too_small_to_read_are_left_out() -> None:
    assert len(detector(BrightCells(), smallest=33).detect([white_square(48, 96)])[0]) == 0
    assert len(detector(BrightCells(), smallest=31).detect([white_square(48, 96)])[0]) == 1


def test_a_picture_larger_than_usual_is_searched_again_closer_up_for_small_faces() -> None:
    network, picture = BrightCells(), white_square(96, 192, 640, 384)  # half a cell on the usual input
    assert len(detector(network).detect([picture])[0]) == 0
    found = detector(network).search(picture, 1280)
    assert network.shapes[1:] == [(1, 3, 192, 320), (1, 3, 384, 640)]
    assert found.boxes[0].tolist() == pytest.approx([104 - 16, 200 - 16, 32, 32])


def test_a_picture_no_larger_than_usual_is_searched_once() -> None:
    network = BrightCells()
    assert len(detector(network).search(white_square(48, 96), 1280)) == 1
    assert len(network.shapes) == 1


def test_no_pictures_are_no_run() -> None:
    network = BrightCells()
    assert detector(network).detect([]) == []
    assert network.shapes == []


def test_warming_runs_every_size_of_batch_for_the_common_shapes() -> None:
    network = BrightCells()
    detector(network, 512).warm(4)
    assert network.shapes == [(count, 3, height, 512) for height in (288, 384) for count in (1, 2, 4)]


def test_the_shipped_model_runs_on_any_picture() -> None:
    face = shipped("face")
    one = Detector(open_session(face.path, "cpu", 1), face, 320, 0.5, 24)
    pictures = [white_square(0, 0, *size) for size in ((1, 1), (33, 700), (320, 192))]
    assert [len(found) for found in one.detect(pictures)] == [0, 0, 0]
