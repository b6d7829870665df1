"""Pictures of any kind come upright and in their colours; what is none, or too much, is refused at once."""

from __future__ import annotations

import random
import resource
import struct
import time
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from stream import picture_file
from stream.picture.bmp import MOST_IN_RUNS
from stream.picture.colours import bgr
from stream.picture.jpeg import MOST_SCANS
from stream.picture_file import PictureError, PictureLimits, is_picture, read_picture_file
from tests.pictures import (
    CLEAR,
    COLOURS,
    HEIGHT,
    PICTURE,
    WIDTH,
    bmp,
    broken,
    chunk,
    encoded,
    png,
    turned,
    variants,
    with_chunks,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from stream.array_pixels import ArrayPixels

VARIANTS = variants()
LOSSLESS = {
    "PNG": encoded("PNG"),
    "PNG, animated": VARIANTS["apng"],
    "BMP": encoded("BMP"),
    "WebP": encoded("WEBP", lossless=True),
    "PNG with a clear colour that it has not": encoded("PNG", transparency=(9, 9, 9)),
    "PNG with alpha": encoded("PNG", PICTURE.convert("RGBA")),
}
LOSSY = {
    "JPEG": encoded("JPEG", quality=95, subsampling=0),
    "JPEG, progressive": encoded("JPEG", quality=95, subsampling=0, progressive=True),
    "JPEG in CMYK": encoded("JPEG", PICTURE.convert("CMYK"), quality=95, subsampling=0),
    "MPO": encoded("MPO", quality=95, subsampling=0, save_all=True, append_images=[CLEAR.convert("RGB")]),
    "WebP": encoded("WEBP", quality=100),
    "GIF": encoded("GIF"),
    "GIF, animated": encoded("GIF", save_all=True, append_images=[CLEAR.convert("RGB")]),
}
_BIG = png(60_000, 60_000)


def _size(value: object) -> str | None:
    """As the name of a case: not the file itself."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else None


def _cut(file: bytes) -> bytes:
    return file[: len(file) * 4 // 5]


def read_picture(data: bytes, limits: PictureLimits = PictureLimits()) -> ArrayPixels:  # noqa: B008 - frozen
    """What it shows, in its own size."""
    found = picture_file.read_picture(data, limits)
    assert found.size == (found.pixels.width, found.pixels.height)
    return found.pixels


def colours(pixels: ArrayPixels) -> NDArray[np.int64]:
    return pixels.bgr(pixels.width, pixels.height)[..., ::-1].astype(np.int64)


@pytest.mark.parametrize("name", LOSSLESS)
def test_a_picture_kept_without_loss_comes_as_it_was(name: str) -> None:
    assert np.array_equal(colours(read_picture(LOSSLESS[name])), COLOURS)


@pytest.mark.parametrize("name", LOSSY)
def test_a_picture_kept_with_loss_is_hardly_another(name: str) -> None:
    assert np.abs(colours(read_picture(LOSSY[name])) - COLOURS).mean() < 7


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_a_format_is_read(name: str) -> None:
    pixels = read_picture(VARIANTS[name])
    assert {(pixels.width, pixels.height)} <= {(WIDTH, HEIGHT), (HEIGHT, WIDTH), (50, 40)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(kind: str, orientation: int) -> None:
    file = encoded(kind, exif=turned(orientation), quality=95)
    rgb = encoded("JPEG", exif=turned(orientation), quality=95)
    as_opencv_does = np.asarray(cv2.imdecode(np.frombuffer(rgb, np.uint8), cv2.IMREAD_COLOR_RGB))
    found = colours(read_picture(file))
    assert found.shape == as_opencv_does.shape
    assert np.abs(found - as_opencv_does.astype(np.int64)).mean() < 8


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 90,
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\x06\0\0",
    ],
    ids=_size,
)
def test_nonsense_in_exif_turns_nothing(exif: bytes) -> None:
    plain = encoded("JPEG")
    file = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    assert np.array_equal(colours(read_picture(file)), colours(read_picture(plain)))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_is_white(kind: str) -> None:
    options = {} if kind == "GIF" else {"lossless": True}
    found = colours(read_picture(encoded(kind, CLEAR, **options)))
    assert (found[:, 31:] == 255).all()
    assert np.abs(found[:, :30] - COLOURS[:, :30]).mean() < 7


def test_alpha_in_between_lets_white_through() -> None:
    half = Image.new("RGBA", (40, 40), (100, 0, 200, 128))
    assert np.abs(colours(read_picture(encoded("PNG", half))) - (177, 127, 227)).max() <= 1


def test_alpha_that_was_left_empty_hides_nothing() -> None:
    empty = Image.fromarray(np.dstack([COLOURS, np.zeros((HEIGHT, WIDTH), np.uint8)]))
    assert np.array_equal(colours(read_picture(encoded("PNG", empty))), COLOURS)


def test_sixteen_bits_are_shown_in_eight() -> None:
    grey = np.arange(40 * 64, dtype=np.uint16).reshape(40, 64) * 25
    found = colours(read_picture(encoded("PNG", Image.fromarray(grey))))
    assert np.array_equal(found[..., 1], grey >> 8)


def test_of_several_pictures_the_first_with_an_area_is_read() -> None:
    gif = encoded("GIF", Image.new("P", (40, 40), 7))
    at = gif.index(b",", 13 + 3 * 256 if gif[10] & 7 == 7 else 13)
    empty = b",\0\0\0\0\0\0\0\0\0\x08\0"
    assert np.array_equal(colours(read_picture(gif[:at] + empty * 3 + gif[at:])), colours(read_picture(gif)))
    with pytest.raises(PictureError):
        read_picture(gif[:at] + empty * 3 + b";")


@pytest.mark.parametrize(
    "file",
    [
        with_chunks(chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(30_000_000)))),
        with_chunks(chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(bytes(30_000_000)))),
        with_chunks(chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(30_000_000)))),
        with_chunks(chunk(b"tEXt", b"k\0" + bytes(3_000_000))),
        with_chunks(chunk(b"acTL", bytes(8)), chunk(b"fcTL", bytes(26))),
        with_chunks(chunk(b"gAMA", b""), chunk(b"cHRM", b""), chunk(b"pHYs", b"")),
        with_chunks(*[chunk(b"IDAT", b"")] * 1000),
        encoded("PNG") + bytes(1_000_000),
    ],
    ids=_size,
)
def test_what_is_said_about_a_picture_is_left_alone(file: bytes) -> None:
    assert np.array_equal(colours(read_picture(file)), COLOURS)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "is no JPEG, PNG, GIF, BMP or WebP"),
        (b"BMW is no picture, and this is no BMP", "is no JPEG, PNG, GIF, BMP or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no JPEG, PNG, GIF, BMP or WebP"),
        (encoded("TIFF"), "is no JPEG, PNG, GIF, BMP or WebP"),
        (encoded("JPEG")[:300], "is a JPEG without a picture"),
        (_cut(encoded("JPEG")), "is a JPEG that is damaged or breaks off"),
        (encoded("PNG")[:20], "is a PNG without a header"),
        (_cut(encoded("PNG")), "is a PNG that is damaged or breaks off"),
        (png(50, 40, 8, 3).replace(b"PLTE", b"PLTe"), "is a PNG that is damaged or breaks off"),
        (encoded("GIF")[:20], "is a GIF that breaks off before its first picture"),
        (_cut(encoded("GIF")), "is a GIF that is damaged or breaks off"),
        (encoded("BMP")[:20], "is a BMP that breaks off in its header"),
        (_cut(encoded("BMP")), "is a BMP that is damaged or breaks off"),
        (encoded("WEBP")[:16], "is a WebP without a picture"),
        (_cut(encoded("WEBP")), "is a WebP that is damaged or breaks off"),
    ],
    ids=_size,
)
def test_what_is_no_whole_picture_is_refused_in_the_words_clients_know(file: bytes, reason: str) -> None:
    with pytest.raises(PictureError) as refused:
        read_picture(file)
    assert refused.value.code == "InvalidImage"
    assert refused.value.message == "Decoding error, image format unsupported."
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "file",
    [
        _BIG,
        png(10_000, 5_001),
        png(50_000, 40),
        png(0xFFFFFFFF, 0xFFFFFFFF),
        encoded("JPEG").replace(struct.pack(">HH", HEIGHT, WIDTH), struct.pack(">HH", 65500, 65500)),
        encoded("GIF")[:6] + struct.pack("<HH", 60_000, 60_000) + encoded("GIF")[10:],
        b"GIF89a"
        + struct.pack("<HHBBB", 40, 40, 0, 0, 0)
        + b","
        + struct.pack("<HHHHB", 9, 9, 60_000, 60_000, 0)
        + b"\x08\0;",
        bmp(60_000, -60_000, 24, b""),
        bmp(0x7FFFFFFF, 0x7FFFFFFF, 24, b""),
        b"RIFF\x80\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0\xff\x3f\0" + bytes(90),
        b"RIFF\x80\0\0\0WEBPVP8L\x80\0\0\0\x2f\xff\xff\xff\x0f" + bytes(110),
    ],
    ids=_size,
)
def test_a_picture_too_big_is_refused_before_it_is_decoded(file: bytes) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(
        PictureError, match=r"Image size is too big\. The most is 32000 pixels a side, 50 million"
    ):
        read_picture(file)
    assert time.perf_counter() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # kB


def test_the_limits_of_size_are_told_and_can_be_others() -> None:
    with pytest.raises(PictureError, match=r"Image size is too small\.") as refused:
        read_picture(png(200, 35))
    assert (refused.value.code, refused.value.reason) == (
        "InvalidImageSize",
        "is 200 x 35 pixels; 36 a side is the least",
    )
    assert read_picture(png(36, 36)).width == 36
    assert read_picture(png(40, 35), PictureLimits(shortest=1)).height == 35
    with pytest.raises(PictureError, match="too big"):
        read_picture(png(101, 100), PictureLimits(pixels=10_000))


def test_a_picture_that_would_keep_a_decoder_busy_is_refused() -> None:
    jpeg = encoded("JPEG", progressive=True)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    assert read_picture(jpeg[:-2] + scan + b"\xff\xd9")
    with pytest.raises(PictureError) as refused:
        read_picture(jpeg[:-2] + scan * MOST_SCANS + b"\xff\xd9")
    assert "scans" in refused.value.reason
    with pytest.raises(PictureError) as refused:
        read_picture(bmp(6000, MOST_IN_RUNS // 6000 + 1, 8, b"\1\5\0\0" * 1000, compression=1))
    assert "runs" in refused.value.reason
    began = time.perf_counter()
    for junk in (b"\xff", b"\xff\x00", b"\xff\xfe\0\2", b"\xff\xd8"):
        with pytest.raises(PictureError):
            read_picture(b"\xff\xd8\xff" + junk * (1_000_000 // len(junk)))
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("file", "share", "lack"),
    [
        (encoded("JPEG"), 0.8, "is missing"),
        (encoded("PNG"), 0.8, "is missing"),
        (encoded("GIF", interlace=0), 0.9, "is missing"),
        (encoded("GIF"), 0.9, "details of it are missing"),
        (encoded("BMP"), 0.6, "42% of it is missing"),
        (encoded("JPEG", progressive=True, quality=95), 0.8, "details of it are missing"),
    ],
    ids=_size,
)
def test_of_a_file_that_breaks_off_what_is_there_is_read(
    tmp_path: Path, file: bytes, share: float, lack: str
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(file)
    whole = read_picture_file(path)
    path.write_bytes(file[: int(len(file) * share)])
    found = read_picture_file(path)
    assert whole.lack is None
    assert str(found.lack).startswith("breaks off or is damaged: ")
    assert str(found.lack).endswith(lack)
    same = (colours(found.pixels) == colours(whole.pixels)).all(axis=(1, 2))
    assert "details" in lack or same.sum() > 5
    path.write_bytes(file[: file.index(b"IDAT") + 9 if b"IDAT" in file else 54])
    with pytest.raises(PictureError):
        read_picture_file(path)


def test_a_jpeg_without_its_end_alone_is_whole() -> None:
    assert read_picture(encoded("JPEG")[:-2])


@pytest.mark.parametrize(("kind", "orientation"), [("JPEG", 1), ("JPEG", 6), ("PNG", 1), ("PNG", 3)])
@pytest.mark.parametrize(("size", "longest"), [((1001, 600), 400), ((600, 1001), 125), ((700, 100), 699)])
def test_a_large_picture_is_shrunk_to_what_is_wanted_of_it(
    kind: str, orientation: int, size: tuple[int, int], longest: int
) -> None:
    large = encoded(kind, PICTURE.resize(size), exif=turned(orientation))
    whole, found = picture_file.read_picture(large), picture_file.read_picture(large, longest=longest)
    assert found.size == whole.size == (size[::-1] if orientation == 6 else size)
    width, height = found.pixels.width, found.pixels.height
    assert max(width, height) == longest
    assert width / height == pytest.approx(found.size[0] / found.size[1], rel=0.02)
    assert np.abs(colours(found.pixels) - whole.pixels.bgr(width, height)[..., ::-1]).mean() < 4


def test_of_a_large_jpeg_no_more_is_decoded_than_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []

    def noted(image: Image.Image) -> NDArray[np.uint8]:
        decoded.append(image.size)
        return bgr(image)

    monkeypatch.setattr(picture_file, "bgr", noted)
    for longest in (400, 800, 5000):
        picture_file.read_picture(encoded("JPEG", PICTURE.resize((1600, 900))), longest=longest)
    assert decoded == [(400, 225), (800, 450), (1600, 900)]


def test_pictures_are_told_by_how_they_begin(tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    for file in VARIANTS.values():
        path.write_bytes(file)
        assert is_picture(path)
    for file in (b"", b"BMW", b"RIFF\x80\0\0\0AVI LIST", encoded("TIFF"), b"\xff\xd8 and no more"):
        path.write_bytes(file)
        assert not is_picture(path)


@settings(max_examples=300, deadline=None)
@example(seed=0, name="png, P")
@given(seed=st.integers(0, 1 << 32), name=st.sampled_from(sorted(VARIANTS)))
def test_of_a_broken_picture_nothing_else_comes_than_a_picture_or_a_refusal(seed: int, name: str) -> None:
    file = broken(VARIANTS[name], list(VARIANTS.values()), random.Random(seed))
    limits = PictureLimits(pixels=1_000_000)
    try:
        pixels = read_picture(file, limits)
    except PictureError as refused:
        said = refused
    else:
        assert pixels.width * pixels.height <= limits.pixels
        return
    assert said.message.startswith(("Decoding error", "Image size is too"))
    assert said.reason.startswith("is ")
