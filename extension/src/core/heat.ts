// An array as a heat map: one square for each cell, what is not finite is marked by a sign, not by colour alone.

import type { Value } from "../protocol";
import { h, svg } from "./dom";
import { strings } from "./strings";

type Heat = NonNullable<Value["heat"]>;

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MOST_CELLS = 4_096;
const LARGEST = 200;

/** From dark blue over white to yellow brown (from -1 to 1), distinct for colour-blind eyes. */
function diverging(t: number): string {
  const [r, g, b] = t < 0 ? [0, 101, 163] : [198, 112, 0];
  const part = Math.min(1, Math.abs(t));
  const mix = (channel: number): number => Math.round(247 + (channel - 247) * part);
  return `rgb(${mix(r!)} ${mix(g!)} ${mix(b!)})`;
}

function gray(part: number): string {
  const level = Math.round(255 * part);
  return `rgb(${level} ${level} ${level})`;
}

/** The picture of an array whose range is known; null where there is none to draw. */
export function heatMap(heat: Heat, low: number, high: number): SVGElement | null {
  const { rows, columns, cells } = heat;
  if (rows * columns > MOST_CELLS || rows * columns < 1 || cells.length < rows * columns)
    return null;
  const size = Math.max(2, Math.min(14, LARGEST / Math.max(rows, columns)));
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const parts: SVGElement[] = [];
  for (let i = 0; i < rows * columns; i += 1) {
    const [x, y] = [(i % columns) * size, Math.floor(i / columns) * size];
    const level = SIGNS.indexOf(cells[i]!);
    if (level < 0) {
      parts.push(...wrong(x, y, size, cells[i]!));
      continue;
    }
    const part = level / (SIGNS.length - 1);
    const value = low + (high - low) * part;
    const fill = heat.image ? gray(part) : diverging(value / largest);
    parts.push(svg("rect", { x, y, width: size + 0.2, height: size + 0.2, fill }));
  }
  const [width, height] = [columns * size, rows * size];
  return svg(
    "svg",
    {
      class: "tg-heat",
      role: "img",
      "aria-label": heat.image ? strings.image : strings.heat,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
    },
    ...parts,
  );
}

/** nan is crossed out, an infinity points up or down. */
function wrong(x: number, y: number, size: number, sign: string): SVGElement[] {
  const [a, b] = [size * 0.15, size * 0.85];
  const d =
    sign === ">"
      ? `M${x + a} ${y + b}L${x + size / 2} ${y + a}L${x + b} ${y + b}Z`
      : sign === "<"
        ? `M${x + a} ${y + a}L${x + size / 2} ${y + b}L${x + b} ${y + a}Z`
        : `M${x + a} ${y + a}L${x + b} ${y + b}M${x + b} ${y + a}L${x + a} ${y + b}`;
  return [
    svg("rect", { class: "tg-heat-bad", x, y, width: size, height: size }),
    svg("path", { class: "tg-heat-sign", d }),
  ];
}

/** What the colours mean. */
export function legend(low: string, high: string, image: boolean): HTMLElement {
  return h(
    "p",
    { class: "tg-quiet tg-legend" },
    h("span", {}, low),
    h("span", { class: image ? "tg-scale tg-scale-gray" : "tg-scale", "aria-hidden": "true" }),
    h("span", {}, high),
  );
}
