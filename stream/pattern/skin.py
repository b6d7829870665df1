"""The skin of a head: its colours, and its light and shade for an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Bytes, Floats
    from stream.pattern.relief import Relief

LOOKS_UNITS = ("age", "nose", "brow_ridge", "full_cheeks", "strong_chin")


class Skin:
    """The skin of one person in one light; `light` points from the face to the lamp (x, y, z)."""

    def __init__(
        self, looks: Looks, relief: Relief, light: tuple[float, float, float], warmth: float = 0.0
    ) -> None:
        self.relief = relief
        towards = np.array(light, np.float32)
        self.light = towards / np.linalg.norm(towards)
        weights = np.array([getattr(looks, name) for name in LOOKS_UNITS], np.float32)
        stack = np.stack([relief.units[name] for name in LOOKS_UNITS])
        self.rest = relief.units["rest"] + np.tensordot(weights, stack, 1)
        self.albedo = _albedo(looks, relief)
        self.ramp = _ramp(looks, warmth)
        # On dark skin form shows more by its gleam than by its shade.
        self.gleam = np.float32(14 + 30 * (1 - looks.skin[2] / 255))

    def shaded(self, expression: Expression, yaw: float) -> Bytes:
        """The skin within `relief.bare` (rows, columns, 3) with its wrinkles, before it is warped."""
        across, down, hollow = self._slopes(expression)
        # Turning the head by an angle turns the light the other way as the skin sees it.
        turned = self.light + np.float32(yaw) * np.array([-self.light[2], 0, self.light[0]], np.float32)
        facing = 1 / np.sqrt(1 + across * across + down * down)
        lit = (turned[2] - across * turned[0] - down * turned[1]) * facing
        key = np.clip(0.2 + 0.8 * lit, 0, 1.2)
        shade = 0.30 + 0.16 * facing + 0.60 * key - np.clip(1.9 * hollow, -0.06, 0.30)
        gloss = np.maximum(lit, 0)
        for _ in range(4):  # to the sixteenth power
            gloss *= gloss
        levels = np.clip(shade * 190 + gloss * self.gleam, 0, 255).astype(np.uint8)
        colours = np.take(self.ramp, levels, axis=0)
        return np.asarray(np.minimum(colours * self.albedo, 255), np.uint8)

    def _slopes(self, expression: Expression) -> Floats:
        slopes = self.rest.copy()
        for name, unit in self.relief.units.items():
            strength = getattr(expression, name, 0.0)
            if strength > 0.02:
                slopes += np.float32(strength) * unit
        return slopes


def _ramp(looks: Looks, warmth: float) -> Floats:
    """Colour for each shade level: shadows run red and deep, lights towards the colour of the lamp."""
    level = np.arange(256, dtype=np.float32)[:, None] / 190
    skin = np.array(looks.skin, np.float32)[None]
    exponent = np.array([1.22, 1.14, 0.92], np.float32)
    lamp = np.array([1 - warmth, 1.0, 1 + 0.6 * warmth], np.float32)
    base = skin * np.minimum(level, 1.05) ** exponent * (1 + (lamp - 1) * level)
    over = np.clip(level - 0.98, 0, 1)
    return np.asarray(base + (255 - base) * np.minimum(over * 0.9, 0.5), np.float32)


def _albedo(looks: Looks, relief: Relief) -> Floats:
    """What the skin's colour is multiplied by: flushed cheeks, nose and chin, nostrils, stubble, speckle."""
    x, y = relief.x[relief.bare], relief.y[relief.bare]

    def spot(cx: float, cy: float, wide: float, high: float) -> Floats:
        return np.asarray(
            np.exp(-0.5 * (((np.abs(x) - cx) / wide) ** 2 + ((y - cy) / high) ** 2)), np.float32
        )

    albedo = np.ones((*x.shape, 3), np.float32)
    flush = (
        0.6 * spot(0.58, 0.46, 0.22, 0.18) + 0.6 * spot(0, 0.58, 0.14, 0.1) + 0.3 * spot(0, 1.45, 0.2, 0.12)
    )
    _multiply(albedo, flush, (0.88, 0.88, 1.02))
    _multiply(albedo, spot(0.44, 0.17, 0.2, 0.06), (0.90, 0.88, 0.88), 0.5 + 0.6 * looks.age)
    _multiply(albedo, spot(0.46, -0.06, 0.2, 0.06), (0.86, 0.86, 0.93), 0.8)
    _multiply(albedo, spot(0.085, 0.705, 0.040, 0.020), (0.34, 0.32, 0.42))
    if looks.beard > 0:
        _multiply(albedo, _beard_cover(looks, relief), _stubble(looks), min(1.0, 0.25 + looks.beard))
    random = np.random.default_rng(looks.texture_seed)
    speckle = random.normal(0, 1, x.shape).astype(np.float32)
    speckle = 0.02 * speckle + 0.10 * cv2.GaussianBlur(speckle, (0, 0), 0.05 * relief.scale)
    return np.asarray(albedo * (1 + speckle[:, :, None]), np.float32)


def _multiply(albedo: Floats, cover: Floats, factor: tuple[float, ...], share: float = 1.0) -> None:
    cover = np.clip(cover * share, 0, 1)[:, :, None]
    albedo *= 1 + (np.array(factor, np.float32) - 1) * cover


def _stubble(looks: Looks) -> tuple[float, ...]:
    return tuple(
        min(1.0, 0.25 + 0.6 * hair / skin) for hair, skin in zip(looks.hair, looks.skin, strict=True)
    )


def _beard_cover(looks: Looks, relief: Relief) -> Floats:
    x, y = np.abs(relief.x[relief.bare]), relief.y[relief.bare]
    noise = np.random.default_rng(looks.texture_seed).normal(0, 1, x.shape).astype(np.float32)
    ragged = y + 0.10 * cv2.GaussianBlur(noise, (0, 0), 0.02 * relief.scale)
    cheek_line = 0.80 + 0.30 * (1 - np.clip(x / 0.9, 0, 1)) ** 1.5
    jaw = _smooth((ragged - cheek_line + 0.06) / 0.24) * np.clip(
        _smooth((x - 0.30) / 0.18) + _smooth((y - 1.16) / 0.16), 0, 1
    )
    moustache = np.exp(-0.5 * (((ragged - 0.87) / 0.055) ** 2 + (x / 0.30) ** 4))
    return np.asarray(np.clip(jaw + 0.7 * moustache, 0, 1) * (1 + 0.12 * noise), np.float32)


def _smooth(share: Floats) -> Floats:
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
