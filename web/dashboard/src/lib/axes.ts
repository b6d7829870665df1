/** The axes of the plots: times of day below, scores or shares on the left. */
import type uPlot from "uplot";

import type { Palette } from "./palette";

const DAY = 86_400; // seconds
const TEXT = 12; // CSS pixels
const pad = (number: number) => String(number).padStart(2, "0");
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

export function timeAxis(palette: () => Palette, labelled: boolean, scale: number): uPlot.Axis {
  return {
    stroke: () => palette().muted,
    font: fontOf(scale),
    size: labelled ? 24 * scale : 0,
    gap: 6 * scale,
    space: 84 * scale,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { show: false, size: 0 },
    values: (_plot, splits, _axis, _space, step) => splits.map((seconds) => (labelled ? timeLabel(seconds, step) : "")),
  };
}

export function valueAxis(palette: () => Palette, label: (value: number) => string, size: number, scale: number): uPlot.Axis {
  return {
    stroke: () => palette().muted,
    font: fontOf(scale),
    size,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { show: false, size: 0 },
    splits: () => [0, 0.5, 1],
    values: (_plot, splits) => splits.map(label),
  };
}

function fontOf(scale: number): string {
  return `${Math.round(TEXT * scale)}px system-ui, sans-serif`; // uPlot reads whole numbers only
}

function timeLabel(seconds: number, step: number): string {
  const time = new Date(seconds * 1000);
  if (step >= DAY) return date.format(time);
  const label = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  return step < 60 ? `${label}:${pad(time.getSeconds())}` : label;
}
