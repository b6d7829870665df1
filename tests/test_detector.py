"""The detector: pictures of several sizes in, their faces out."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.detector import Detector
from inference.look import LOOKS, Look
from inference.sessions import open_session
from models import ModelError, shipped
from stream.array_pixels import ArrayPixels
from tests.faces import white_square
from tests.networks import BrightCells, manifest
from tests.yunet import photographs, yunet

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from inference.detections import Detections
    from stream.spec import Detail
    from tests.faces import Painted


LOOK = Look(320, 0.0)


def detector(network: BrightCells) -> Detector:
    return Detector(network, manifest("face"), 0.5)


def detect(network: BrightCells, *pictures: Painted, look: Look = LOOK) -> list[Detections]:
    return detector(network).detect(pictures, [look] * len(pictures))


def test_a_face_lies_where_it_was_seen() -> None:
    (found,) = detect(BrightCells(), white_square(48, 96))
    assert found.boxes[0].tolist() == pytest.approx([56 - 16, 104 - 16, 32, 32])


def test_a_large_picture_is_shrunk_and_its_faces_given_in_its_own_pixels() -> None:
    network, picture = BrightCells(), white_square(96, 192, 640, 384)
    picture._luma[192:224, 96:128] = 255  # noqa: SLF001 - twice the square, for half the size
    (found,) = detect(network, picture)
    assert picture.asked == [(320, 192)]
    assert network.shapes == [(1, 3, 192, 320)]
    assert found.boxes[0].tolist() == pytest.approx([112 - 32, 208 - 32, 64, 64])


def test_a_small_picture_is_never_enlarged_only_padded() -> None:
    network, picture = BrightCells(), white_square(16, 16, 100, 50)
    (found,) = detect(network, picture)
    assert picture.asked == [(100, 50)]
    assert network.shapes == [(1, 3, 64, 128)]
    assert found.boxes[0].tolist() == pytest.approx([24 - 16, 24 - 16, 32, 32])


def test_pictures_of_several_shapes_get_their_own_faces() -> None:
    network = BrightCells()
    sizes = [(320, 192), (320, 240)] * 3
    pictures = [white_square(16 * (1 + index), 32, *size) for index, size in enumerate(sizes)]
    found = detect(network, *pictures)
    assert [one.boxes[0, 0] + 8 for one in found] == pytest.approx([16 * (1 + index) for index in range(6)])
    assert sorted(network.shapes) == [
        (1, 3, 192, 320),
        (1, 3, 256, 320),
        (2, 3, 192, 320),
        (2, 3, 256, 320),
    ]


def test_on_a_gpu_batches_are_padded_and_shapes_are_few() -> None:
    network = BrightCells(on_gpu=True)
    pictures = [white_square(32, 32, *size) for size in ((640, 360), (640, 352), (610, 380))]
    found = detect(network, *pictures, look=Look(640, 0.0))
    assert network.shapes == [(4, 3, 384, 640)]
    assert [len(one) for one in found] == [1, 1, 1]


def test_each_picture_is_looked_at_in_its_own_way_and_like_sizes_share_a_batch() -> None:
    network = BrightCells()
    pictures = [white_square(96, 192, 640, 384) for _ in range(4)]
    looks = [Look(320, 0.0), Look(640, 0.0), Look(320, 0.0), Look(640, 40.0)]
    found = detector(network).detect(pictures, looks)
    assert network.shapes == [(2, 3, 192, 320), (2, 3, 384, 640)]
    assert [len(one) for one in found] == [0, 1, 0, 0]  # half a cell when shrunk; 32 px where 40 are wanted


def test_few_large_pictures_go_into_one_run() -> None:
    network = BrightCells()
    detect(network, *[white_square(32, 32, 1280, 704)] * 12, look=LOOKS["high"])
    assert network.shapes == [(8, 3, 704, 1280), (4, 3, 704, 1280)]


def test_a_gpu_is_given_no_more_pixels_at_a_time() -> None:
    network = BrightCells(on_gpu=True)
    detect(network, *(white_square(32, 32, 1280, 1280) for _ in range(8)), look=LOOKS["high"])
    assert network.shapes == [(4, 3, 1280, 1280)] * 2


def test_inputs_lie_in_the_memory_that_the_detector_is_given() -> None:
    asked = []

    def noted(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        asked.append((shape, np.dtype(dtype)))
        return np.zeros(shape, dtype)

    network = BrightCells(on_gpu=True)
    Detector(network, manifest("face"), 0.5, zeros=noted).detect([white_square(32, 32, 320, 192)], [LOOK])
    assert asked == [((1, 3, 192, 320), np.float32)]


def test_one_by_one_each_picture_has_a_run_of_its_own_and_the_same_faces() -> None:
    network = BrightCells()
    one_by_one = Detector(network, manifest("face"), 0.5, one_by_one=True)
    pictures = [white_square(16 * (1 + index), 32) for index in range(3)]
    looks = [Look(320, 0.0)] * 3
    found = one_by_one.detect(pictures, looks)
    assert network.shapes == [(1, 3, 192, 320)] * 3
    together = detector(BrightCells()).detect(pictures, looks)
    for mine, usual in zip(found, together, strict=True):
        assert np.array_equal(mine.boxes, usual.boxes)
        assert np.array_equal(mine.scores, usual.scores)
    network.shapes.clear()
    one_by_one.warm(4)
    assert network.shapes == [(1, 3, height, 512) for height in (288, 384)]


def test_faces_too_small_to_read_are_left_out() -> None:
    assert len(detect(BrightCells(), white_square(48, 96), look=Look(320, 33))[0]) == 0
    assert len(detect(BrightCells(), white_square(48, 96), look=Look(320, 31))[0]) == 1


def test_the_closer_the_look_the_smaller_the_faces_and_the_larger_the_input() -> None:
    looks = [LOOKS["low"], LOOKS["normal"], LOOKS["high"]]
    assert [look.size for look in looks] == sorted(look.size for look in looks)
    assert [look.smallest for look in looks] == sorted((look.smallest for look in looks), reverse=True)
    assert LOOKS["high"].smallest <= 20


def test_a_model_of_one_size_is_given_all_pictures_in_it() -> None:
    only = manifest("face")
    only = replace(only, input=replace(only.input, width=320, height=192, multiple_of=None))
    network, picture = BrightCells(), white_square(128, 192, 640, 768)
    picture._luma[192:256, 128:192] = 255  # noqa: SLF001 - four times the square, for a quarter of the size
    found = Detector(network, only, 0.5).search(picture, LOOKS["high"])
    assert picture.asked == [(160, 192)]
    assert network.shapes == [(1, 3, 192, 320)]
    assert found.boxes[0].tolist() == pytest.approx([160 - 64, 224 - 64, 128, 128])


def test_a_large_picture_is_searched_again_closer_up_for_small_faces() -> None:
    network, picture = BrightCells(), white_square(96, 192, 1024, 704)
    assert len(detect(network, picture, look=LOOKS["normal"])[0]) == 0  # half a cell on the usual input
    found = detector(network).search(picture, LOOKS["high"])
    assert sorted(network.shapes[1:]) == [(1, 3, 352, 512), (1, 3, 704, 1024)]
    assert found.boxes[0].tolist() == pytest.approx([104 - 16, 200 - 16, 32, 32])


@pytest.mark.parametrize(("width", "detail"), [(320, "high"), (1024, "normal"), (1024, "low")])
def test_a_picture_is_searched_once_where_a_second_look_would_be_the_same(width: int, detail: Detail) -> None:
    network = BrightCells()
    detector(network).search(white_square(48, 96, width), LOOKS[detail])
    assert len(network.shapes) == 1


def test_no_pictures_are_no_run() -> None:
    network = BrightCells()
    assert detect(network) == []
    assert network.shapes == []


def test_warming_runs_every_size_of_batch_for_the_common_shapes() -> None:
    network = BrightCells()
    detector(network).warm(4)
    assert network.shapes == [(count, 3, height, 512) for height in (288, 384) for count in (1, 2, 4)]


def test_a_detector_whose_manifest_does_not_say_how_it_is_read_is_refused() -> None:
    with pytest.raises(ModelError, match='it needs a "decoder"'):
        Detector(BrightCells(), replace(manifest("face"), decoder=None), 0.5)


def test_a_manifest_that_names_too_few_outputs_is_refused() -> None:
    with pytest.raises(ModelError, match="names 2 outputs, but the layout cells wants one for each stride"):
        Detector(BrightCells(), replace(manifest("face"), outputs=("s8", "s16")), 0.5)


def test_the_shipped_model_runs_on_any_picture() -> None:
    face = shipped("face")
    one = Detector(open_session(face.path, "cpu", 1), face, 0.3)
    pictures = [white_square(0, 0, *size) for size in ((1, 1), (33, 700), (320, 192))]
    assert [len(found) for found in one.detect(pictures, [LOOKS["normal"]] * 3)] == [0, 0, 0]


def test_the_real_yunet_finds_in_batches_what_it_finds_in_single_pictures(data: Path) -> None:
    face = yunet(data / "reference_models/yunet_n_dynamic.onnx")
    one = Detector(open_session(face.path, "cpu", 1), face, 0.3)
    pictures = [ArrayPixels(picture) for picture in photographs(data, 8)]
    together = one.detect(pictures, [LOOKS["high"]] * 8)
    assert sum(len(found) for found in together) > 8
    for picture, found in zip(pictures, together, strict=True):
        (alone,) = one.detect([picture], [LOOKS["high"]])
        assert found.boxes == pytest.approx(alone.boxes, abs=0.01)
        assert found.scores == pytest.approx(alone.scores, abs=1e-4)


def test_a_gpu_is_given_two_runs_at_a_time_and_each_picture_its_own_faces() -> None:
    both = threading.Barrier(2)

    class Slow(BrightCells):
        def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
            both.wait(10)  # broken, unless the other comes before this has ended
            return super().run(batch, outputs)

    network = Slow(on_gpu=True)
    pictures = [white_square(16 * (1 + index % 15), 32, 320, 192) for index in range(32)]
    found = detect(network, *pictures)
    assert [shape[0] for shape in network.shapes] == [16, 16]
    assert [one.boxes[0, 0] + 8 for one in found] == pytest.approx(
        [16 * (1 + index % 15) for index in range(32)]
    )
