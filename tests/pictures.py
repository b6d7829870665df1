"""A small picture in the file formats and their many variants, and what becomes of such files."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

WIDTH, HEIGHT = 61, 48
_Y, _X = np.mgrid[0:HEIGHT, 0:WIDTH]
COLOURS: NDArray[np.uint8] = np.stack([_X * 4, _Y * 5, 255 - _X * 2 - _Y], -1).astype(np.uint8)
"""Red, green and blue; no two corners are alike."""

PICTURE = Image.fromarray(COLOURS)
CLEAR = Image.fromarray(np.dstack([COLOURS, np.where(_X < 30, 255, 0).astype(np.uint8)]))
"""Only its left half can be seen."""


def encoded(kind: str, picture: Image.Image = PICTURE, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def chunk(kind: bytes, content: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int = 8, colours: int = 2, *, interlaced: bool = False) -> bytes:
    """Black; a header of millions of pixels has the rows of a few."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    row = bytes(1 + (min(width, 100_000) * samples * depth + 7) // 8)
    rows = zlib.compress(row * min(height, 100) * (2 if interlaced else 1))
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(768)) if colours == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG that has these before its picture."""
    file = encoded("PNG")
    at = file.index(b"IDAT") - 4
    return file[:at] + b"".join(chunks) + file[at:]


def bmp(
    width: int,
    height: int,
    bits: int,
    body: bytes,
    *,
    header: int = 40,
    compression: int = 0,
    fields: bytes = b"",
) -> bytes:
    """From the bottom up, with a palette of greens where it has one."""
    colours = 1 << bits if bits <= 8 else 0
    palette = b"".join(bytes((0, 255 * each // max(colours - 1, 1), 0, 0)) for each in range(colours))
    head = struct.pack(
        "<IiiHHIIiiII", header, width, height, 1, bits, compression, len(body), 0, 0, colours, 0
    )
    head += fields.ljust(header - 40, b"\0")
    at = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", at + len(body), 0, 0, at) + head + palette + body


def bmps() -> dict[str, bytes]:
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    rows = b"\x32\x07\x00\x00" * 40 + b"\x00\x01"
    dots = bytes(50 * 40 * 4)
    found = {
        f"bmp with a header of {size}": bmp(50, 40, 32, dots, header=size, compression=3, fields=masks)
        for size in (56, 108, 124)
    }
    return found | {
        "bmp with fields behind its header": bmp(50, 40, 32, dots, compression=3, fields=masks[:12]),
        "bmp from the top down": bmp(50, -40, 24, bytes(152 * 40)),
        "bmp of 16 bits": bmp(50, 40, 16, bytes(100 * 40)),
        "bmp in runs of 8 bits": bmp(50, 40, 8, rows, compression=1),
        "bmp in runs of 4 bits": bmp(50, 40, 4, rows, compression=2),
        "bmp of OS/2": b"BM"
        + struct.pack("<IHHI", 0, 0, 0, 26)
        + struct.pack("<IHHHH", 12, 50, 40, 1, 24)
        + bytes(152 * 40),
    }


def variants() -> dict[str, bytes]:
    """Whole files, each of which can be read."""
    grey16 = Image.fromarray(COLOURS[..., 0].astype(np.uint16) * 257)
    found = {
        "jpeg": encoded("JPEG"),
        "jpeg, grey": encoded("JPEG", PICTURE.convert("L")),
        "jpeg, cmyk": encoded("JPEG", PICTURE.convert("CMYK")),
        "jpeg, progressive": encoded("JPEG", progressive=True, exif=turned(6)),
        "jpeg, with restarts and a profile": encoded(
            "JPEG", restart_marker_blocks=2, icc_profile=bytes(200_000)
        ),
        "mpo": encoded("MPO", save_all=True, append_images=[CLEAR.convert("RGB")]),
        "png of 16 bits, grey": encoded("PNG", grey16, transparency=257),
        "png with alphas of colours": encoded("PNG", PICTURE.convert("P"), transparency=bytes(range(256))),
        "png with a clear colour": encoded("PNG", transparency=(0, 0, 255)),
        "apng": encoded("PNG", save_all=True, append_images=[CLEAR.convert("RGB")]),
        "gif": encoded("GIF", interlace=1),
        "gif, animated": encoded("GIF", save_all=True, append_images=[CLEAR], comment=bytes(3000)),
        "gif, with a clear colour": encoded("GIF", PICTURE.convert("P"), transparency=3),
        "webp": encoded("WEBP", exif=turned(3)),
        "webp, clear, without loss": encoded("WEBP", CLEAR, lossless=True),
        "webp, animated": encoded("WEBP", CLEAR, save_all=True, append_images=[PICTURE.convert("RGBA")]),
    }
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        found[f"png, {mode}"] = encoded("PNG", CLEAR.convert(mode))
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        found[f"bmp, {mode}"] = encoded("BMP", CLEAR.convert(mode))
    for depth, colours in ((1, 0), (2, 0), (4, 0), (16, 2), (16, 4), (16, 6), (1, 3), (4, 3)):
        found[f"png of {depth} bits, {colours}"] = png(50, 40, depth, colours, interlaced=depth > 2)
    return found | bmps()


def broken(file: bytes, others: list[bytes], random: Random) -> bytes:
    """Something is done to a file that a disk, a network or somebody might have done."""
    found = bytearray(file)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(min(len(found), random.choice((40, 200, len(found)))))
        some = slice(at, at + random.choice((1, 4, 12, 64, 500)))
        match random.randrange(9):
            case 0:
                found[at] ^= 1 << random.randrange(8)
            case 1:
                width = random.choice((1, 2, 4))
                number = random.choice((0, 1, 0x7F, 0x8000, 0xFFFF, 60_000, 0x7FFFFFFF, 0xFFFFFFFF))
                order = random.choice(("big", "little"))
                found[at : at + width] = (number % (1 << 8 * width)).to_bytes(width, order)  # type: ignore[arg-type]
            case 2:
                del found[max(at, 4) :]
            case 3:
                del found[some.start + 4 : some.stop + 4]
            case 4:
                found[at:at] = found[some] * random.choice((1, 2, 50))
            case 5:
                found[at:at] = random.randbytes(random.choice((1, 4, 200)))
            case 6:
                other = random.choice(others)
                found[some] = other[random.randrange(len(other)) :][:500]
            case 7:
                found[at:at] = b"\xff" + random.choice((b"\xc0", b"\xc4", b"\xd9", b"\xda", b"\xe1", b"\xfe"))
            case 8:
                kinds = b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"iTXt", b"acTL", b"fcTL", b"eXIf", b"iCCP"
                found[at:at] = chunk(random.choice(kinds), random.randbytes(random.choice((0, 4, 13, 26))))
    return bytes(found)
