/** Numbers, ages and times of day as the page writes them. */
import { strings } from "../strings";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A score or share of 0..1 with two digits. */
export function score(value: number | null | undefined): string {
  return value == null ? "–" : value.toFixed(2);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function count(value: number | null | undefined): string {
  return value == null ? strings.figures.unknown : whole.format(value);
}

export function rate(fps: number | null | undefined): string {
  return fps == null ? strings.figures.unknown : fps.toFixed(1);
}

/** Milliseconds below a second, seconds above. */
export function latency(seconds: number | null | undefined): string {
  if (seconds == null) return strings.figures.unknown;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** A duration in its two largest units: 12 s, 3 min 5 s, 2 h 4 min, 5 d 1 h. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const units: [number, string][] = [[86_400, "d"], [3_600, "h"], [60, "min"], [1, "s"]];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([size, unit]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount > 0 ? `${amount} ${unit}` : "";
  });
  return parts.filter(Boolean).join(" ");
}

/** The browser's local time of day. */
export function clockTime(time: string | number): string {
  return timeOfDay.format(new Date(time));
}

/** The time of day, and the day where it is another than that of `now`. */
export function dayAndTime(time: string, now: number): string {
  const at = new Date(time);
  return at.toDateString() === new Date(now).toDateString() ? clockTime(time) : `${day.format(at)}, ${clockTime(time)}`;
}

/** Bytes in the largest unit that leaves a whole number of them. */
export function bytes(amount: number | null | undefined): string {
  if (amount == null) return strings.figures.unknown;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, amount)) / 3));
  return `${(amount / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
