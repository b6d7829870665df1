/** The outline of a QR code. */
import { encode } from "uqr";
import { expect, it } from "vitest";

import { qrOutline } from "./qr";

const ADDRESS = "https://192.168.1.20:8484/camera?stream=phone";

/** The dark modules that a path covers, as "x,y". */
function covered(path: string): Set<string> {
  const modules = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)) {
    for (let step = 0; step < Number(width); step++) modules.add(`${Number(x) + step},${y}`);
  }
  return modules;
}

it("covers the dark modules and no other", () => {
  const { data } = encode(ADDRESS, { ecc: "M", border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((module, x) => (module ? [`${x},${y}`] : [])));
  expect(covered(qrOutline(ADDRESS).path)).toEqual(new Set(dark));
});

it("keeps the border that readers need quiet", () => {
  const { size, path } = qrOutline(ADDRESS);
  const places = [...covered(path)].flatMap((module) => module.split(",").map(Number));
  expect(Math.min(...places)).toBe(4);
  expect(Math.max(...places)).toBe(size - 5);
});
