"""Payloads of RTP packets as the RFCs draw them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.webrtc.depayload import Fragment, depayload

START = b"\0\0\0\1"


def test_a_small_h264_unit_is_a_packet() -> None:
    assert depayload("h264", b"\x41rest") == Fragment(START + b"\x41rest", start=True)
    assert depayload("h264", b"\x65rest").key


def test_a_large_h264_unit_is_put_together_again() -> None:
    first = depayload("h264", b"\x7c\x85one")
    last = depayload("h264", b"\x7c\x45two")
    assert first == Fragment(START + b"\x65one", start=True, key=True)
    assert last == Fragment(b"two", start=False, key=True)


def test_several_h264_units_share_a_packet() -> None:
    fragment = depayload("h264", b"\x78\0\3\x67ab\0\2\x68c")
    assert fragment == Fragment(START + b"\x67ab" + START + b"\x68c", start=True, key=True)


@pytest.mark.parametrize("payload", [b"\x78\0\x09\x67a", b"\x7c", b"\x7f12", b"\x00"])
def test_broken_h264_is_said_to_be_so(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"packet|payload"):
        depayload("h264", payload)


@pytest.mark.parametrize(
    "header",
    [
        b"\x10",  # nothing but the start of the first partition
        b"\x90\x80\x11",  # picture id of 7 bits
        b"\x90\x80\x81\x11",  # picture id of 15 bits
        b"\x90\xf0\x81\x11\x05\x40",  # with TL0PICIDX, TID and KEYIDX
    ],
)
def test_the_header_of_vp8_is_taken_off_whatever_is_in_it(header: bytes) -> None:
    assert depayload("vp8", header + b"\x00key") == Fragment(b"\x00key", start=True, key=True)
    assert depayload("vp8", header + b"\x01no") == Fragment(b"\x01no", start=True)


def test_a_vp8_picture_that_no_other_needs_is_known() -> None:
    assert depayload("vp8", b"\x30\x01x").disposable


def test_later_vp8_partitions_begin_no_picture() -> None:
    assert depayload("vp8", b"\x11\x00x") == Fragment(b"\x00x")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (b"\x08", True),
        (b"\x88\x11", True),
        (b"\x88\x81\x11", True),
        (b"\xc8\x81\x11", False),
        (b"\xa8\x81\x11\x00\x07", True),  # layers, and TL0PICIDX
        (b"\xf8\x81\x11\x00\x03\x04", False),  # flexible: layers, two references
        (b"\x8a\x81\x11\x18\x02\x80\x01\x68\x01\x04\x05", True),  # structure: one size, one picture of one
    ],
)
def test_the_header_of_vp9_is_taken_off_whatever_is_in_it(header: bytes, key: bool) -> None:
    assert depayload("vp9", header + b"data") == Fragment(b"data", start=True, key=key)


def test_an_enlargement_of_a_vp9_picture_is_left_out() -> None:
    assert depayload("vp9", b"\xa8\x81\x11\x02\x07data") == Fragment(b"")


@pytest.mark.parametrize("codec", ["h264", "vp8", "vp9"])
def test_padding_is_nothing(codec: str) -> None:
    assert depayload(codec, b"") == Fragment(b"")


@given(st.sampled_from(["h264", "vp8", "vp9"]), st.binary(max_size=40))
def test_whatever_comes_is_read_or_said_to_be_broken(codec: str, payload: bytes) -> None:
    with contextlib.suppress(ValueError):
        depayload(codec, payload)
