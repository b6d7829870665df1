"""The anatomy of a head as height maps: at rest, what makes heads differ, and what each action unit does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stream.pattern.form import Form
    from stream.pattern.paint import Floats


def head(form: Form) -> Floats:
    x = form.x
    across = np.clip(np.abs(x) / np.maximum(form.half_width, 0.02), 0, 0.995)
    skull = form.profile * (1 - across**2.6) ** 0.58
    skull = np.where(np.abs(x) > form.half_width, form.ears() - 0.15, skull)
    sockets = -0.115 * form.pair(0.46, 0.0, 0.25, 0.15) - 0.11 * form.pair(0.20, 0.03, 0.07, 0.13)
    eyeballs = 0.075 * form.pair(0.46, 0.03, 0.17, 0.11)
    brows = 0.05 * form.pair(0.42, -0.27, 0.30, 0.085, 0.05)
    cheeks = 0.09 * form.pair(0.60, 0.36, 0.24, 0.17, -0.3) - 0.03 * form.pair(0.7, 0.85, 0.2, 0.2)
    mouth = (
        0.075 * form.bump(0, 1.0, 0.34, 0.22)
        - 0.022 * form.bump(0, 0.85, 0.035, 0.07)
        + 0.014 * form.pair(0.065, 0.85, 0.03, 0.08)
        + 0.035 * form.bump(0, 0.965, 0.2, 0.035)
        + 0.055 * form.bump(0, 1.105, 0.19, 0.05)
        - 0.05 * form.pair(0.42, 1.04, 0.06, 0.07)
    )
    chin = 0.09 * form.bump(0, 1.43, 0.21, 0.12) - 0.06 * form.bump(0, 1.25, 0.22, 0.055)
    temples = -0.05 * form.pair(0.88, -0.35, 0.13, 0.25) + 0.02 * form.pair(0.3, -0.65, 0.28, 0.2)
    skull = skull + sockets + eyeballs + brows + cheeks + mouth + chin + temples + nose(form)
    return np.asarray(skull, np.float32)


def nose(form: Form) -> Floats:
    x, y = form.x, form.y
    rise = np.interp(y[:, :1], (-0.35, -0.1, 0.1, 0.55, 0.64, 0.7), (0.0, 0.04, 0.085, 0.19, 0.20, 0.18))
    wide = np.interp(y[:, :1], (-0.3, 0.05, 0.35, 0.6), (0.15, 0.082, 0.095, 0.125))
    ridge = rise * np.exp(-0.5 * (x / wide) ** 2)
    tip = 0.11 * form.bump(0, 0.60, 0.105, 0.09)
    wings = 0.10 * form.pair(0.16, 0.65, 0.062, 0.06)
    under = 1 / (1 + np.exp((y - 0.725 + 0.25 * np.abs(x) ** 1.5) / 0.032))
    return np.asarray((ridge + tip + wings) * under, np.float32)


def features(form: Form) -> dict[str, Floats]:
    """What makes heads differ; weights come from a person's looks."""
    return {
        "nose": nose(form),
        "brow_ridge": 0.05 * form.bump(0, -0.22, 0.5, 0.09),
        "full_cheeks": 0.08 * form.pair(0.6, 0.75, 0.22, 0.25),
        "strong_chin": 0.06 * form.bump(0, 1.5, 0.16, 0.1) - 0.03 * form.bump(0, 1.27, 0.2, 0.05),
        "age": 0.022 * form.furrows((0.23, 0.66), (0.36, 0.82), (0.42, 1.02), width=0.03, fold=0.5)
        + 0.016 * form.furrows((0.25, 0.17), (0.42, 0.25), (0.6, 0.22), width=0.03)
        + 0.010
        * sum(
            (
                form.furrow((-0.55, at + 0.02), (0, at), (0.55, at + 0.02), width=0.02)
                for at in (-0.55, -0.7, -0.85)
            ),
            start=np.zeros_like(form.x),
        )
        + 0.012 * form.furrows((0.4, 1.12), (0.46, 1.3), width=0.03)
        + 0.007 * form.furrows((0.75, 0.0), (0.9, -0.06), width=0.016)
        + 0.007 * form.furrows((0.75, 0.07), (0.9, 0.1), width=0.016),
    }


def units(form: Form) -> dict[str, Floats]:
    """What each action unit does to the skin."""
    forehead = np.zeros_like(form.x)
    sides = np.zeros_like(form.x)
    for at in (-0.52, -0.66, -0.80):
        forehead += form.furrow((-0.42, at + 0.03), (0, at + 0.01), (0.42, at + 0.03), width=0.022, fold=-0.5)
        sides += form.furrows((0.2, at + 0.04), (0.48, at - 0.03), (0.74, at + 0.06), width=0.022, fold=-0.5)
    smile = form.furrow((0.21, 0.62), (0.38, 0.78), (0.50, 0.98), (0.52, 1.12), width=0.034, fold=-0.8)
    smile = (
        0.045 * smile
        + 0.075 * form.bump(0.55, 0.52, 0.18, 0.15, -0.5)
        + 0.03 * form.bump(0.6, 0.75, 0.1, 0.15)
    )
    dimple = 0.06 * -form.bump(0.44, 0.98, 0.045, 0.07) + 0.03 * form.bump(0.53, 0.93, 0.06, 0.1)
    dimple += 0.03 * form.furrow((0.26, 0.68), (0.42, 0.85), (0.50, 1.06), width=0.03, fold=-0.7)
    return {
        "inner_brow": 0.020 * forehead,
        "outer_brow": 0.018 * sides,
        "frown": 0.040 * form.furrows((0.075, -0.40), (0.095, -0.22), (0.06, -0.08), width=0.024)
        + 0.045 * form.pair(0.19, -0.24, 0.09, 0.07)
        + 0.030 * form.bump(0, -0.22, 0.045, 0.1)
        - 0.030 * form.pair(0.27, -0.12, 0.12, 0.05),
        "cheeks": 0.055 * form.pair(0.54, 0.38, 0.2, 0.12, -0.2)
        + 0.018 * form.furrows((0.26, 0.2), (0.45, 0.235), (0.66, 0.17), width=0.024)
        + 0.010 * form.furrows((0.74, 0.0), (0.84, -0.05), (0.94, -0.1), width=0.016)
        + 0.010 * form.furrows((0.75, 0.05), (0.85, 0.06), (0.95, 0.07), width=0.016)
        + 0.010 * form.furrows((0.73, 0.1), (0.82, 0.15), (0.9, 0.2), width=0.016),
        "tight_lids": 0.016 * form.furrows((0.26, 0.15), (0.45, 0.185), (0.64, 0.14), width=0.02)
        + 0.02 * form.pair(0.46, 0.12, 0.16, 0.03),
        "nose_wrinkle": 0.018 * form.furrows((0.0, 0.10), (0.08, 0.07), (0.15, 0.0), width=0.02)
        + 0.018 * form.furrows((0.0, 0.19), (0.1, 0.17), (0.17, 0.1), width=0.02)
        + 0.022 * form.furrows((0.09, 0.30), (0.16, 0.22), (0.22, 0.1), width=0.022)
        + 0.045 * form.furrows((0.17, 0.50), (0.25, 0.58), (0.33, 0.72), width=0.032, fold=-0.7)
        + 0.04 * form.pair(0.17, 0.62, 0.06, 0.05)
        + 0.035 * form.pair(0.32, 0.38, 0.12, 0.12),
        "upper_lip": 0.045 * form.furrows((0.19, 0.56), (0.34, 0.70), (0.42, 0.92), width=0.034, fold=-0.7)
        + 0.03 * form.pair(0.38, 0.55, 0.14, 0.12),
        "smile_left": smile,
        "smile_right": np.ascontiguousarray(smile[:, ::-1]),
        "dimple_left": dimple,
        "dimple_right": np.ascontiguousarray(dimple[:, ::-1]),
        "sad_corners": 0.035 * form.furrows((0.40, 1.08), (0.47, 1.2), (0.47, 1.34), width=0.03, fold=0.5)
        - 0.03 * form.pair(0.30, 1.26, 0.1, 0.06)
        + 0.02 * form.furrows((0.22, 0.66), (0.36, 0.84), (0.43, 1.02), width=0.03, fold=-0.5),
        "chin": 0.05 * form.bump(0, 1.42, 0.17, 0.08)
        - 0.045 * form.bump(0, 1.26, 0.2, 0.03)
        + 0.006 * np.cos(form.x * 42) * np.cos(form.y * 38) * form.bump(0, 1.42, 0.15, 0.08),
        "stretch": 0.022 * form.furrows((0.47, 0.92), (0.56, 1.08), (0.54, 1.26), width=0.03, fold=-0.4)
        - 0.02 * form.pair(0.5, 1.1, 0.06, 0.12),
        "tight_lips": 0.02 * form.bump(0, 0.93, 0.3, 0.03)
        + 0.03 * form.bump(0, 1.17, 0.24, 0.04)
        - 0.035 * form.pair(0.42, 1.04, 0.05, 0.06),
        "jaw": -0.05 * form.pair(0.62, 0.95, 0.13, 0.3) - 0.03 * form.bump(0, 1.27, 0.25, 0.06),
    }
