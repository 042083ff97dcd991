// Pictures on buttons, as paths in a 16 by 16 square: fonts often lack the media signs.

import { svg } from "./dom";

const PATHS = {
  first: "M3 3v10M13 3 5 8l8 5z",
  previous: "M10 3 5 8l5 5",
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M6 3l5 5-5 5",
  last: "M13 3v10M3 3v10l8-5z",
  into: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  out: "M8 11V3M4.5 6 8 2.5 11.5 6M3 13.5h10",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  save: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 11v2.5h11V11",
  close: "M4 4l8 8M12 4l-8 8",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3.2H9.8",
  target: "M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
  warning: "M8 2 1.5 13.5h13zM8 6.5v3M8 11.4v.3",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  both: "M8 2v12M5 5l3-3 3 3M5 11l3 3 3-3",
  path: "M3 12.5h.2M13 3.5h-.2M4.5 12C9 12 7 4 11.5 4M1.8 12a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 0 0-2.8 0M11.4 4a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 0 0-2.8 0",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
} as const;

/** The others are lines. */
const SOLID: ReadonlySet<string> = new Set(["first", "play", "pause", "last"]);

export type Icon = keyof typeof PATHS;

/** The picture of that name; it says nothing to a screen reader, the button does. */
export function icon(name: Icon): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, class: "tg-icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name], ...(SOLID.has(name) ? {} : { fill: "none" }) }),
  );
}
