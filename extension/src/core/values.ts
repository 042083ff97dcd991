// An array in words and numbers, and where it is large as a heat map with a histogram.

import type { Value } from "../protocol";
import { h, svg } from "./dom";
import { heatMap, legend } from "./heat";
import { strings } from "./strings";

type Scalar = NonNullable<Value["min"]>;

const LONGEST_INSIDE = 14;

/** A number with as many digits as a person compares. */
export function digits(value: Scalar): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(5)));
}

/** The shortest honest form of a value, for the inside of a node. */
export function brief(values: readonly Value[] | undefined): string | undefined {
  const value = values?.[0];
  if (!value) return undefined;
  const only = value.data?.length === 1 ? value.data[0] : undefined;
  if (only !== undefined) return `= ${digits(only)}`;
  const bad = strings.notFinite(value.nan ?? 0, value.inf ?? 0);
  const shape = `(${value.shape.join(", ")})`;
  if (bad) return `${shape} ${bad}`;
  const text = value.text.replace(/\s+/g, " ").trim();
  return text.length <= LONGEST_INSIDE ? `= ${text}` : `= ${shape}`;
}

/** Type, shape, elements and statistics of one value. */
export function valueView(value: Value): HTMLElement {
  const { min, max, mean, nan = 0, inf = 0 } = value;
  const bad = strings.notFinite(nan, inf);
  const statistics =
    min !== undefined && max !== undefined && value.shape.length > 0
      ? [strings.statistics(digits(min), digits(max), mean === undefined ? "?" : digits(mean))]
      : [];
  return h(
    "div",
    { class: "tg-value" },
    h(
      "p",
      { class: "tg-value-type" },
      h("code", {}, value.dtype),
      ` ${strings.shape(value.shape)}`,
      ...(bad ? [h("strong", { class: "tg-bad" }, bad)] : []),
    ),
    ...picture(value),
    h("pre", { tabindex: 0 }, value.text),
    ...statistics.map((line) => h("p", { class: "tg-quiet tg-statistics" }, line)),
    ...(value.hist && value.hist.length > 1 ? [histogram(value.hist)] : []),
  );
}

/** The heat map of a large array; small ones are told by their numbers. */
function picture({ heat, min, max }: Value): Element[] {
  if (!heat || typeof min !== "number" || typeof max !== "number") return [];
  const drawn = heatMap(heat, min, max);
  return drawn ? [drawn, legend(digits(min), digits(max), heat.image === 1)] : [];
}

function histogram(counts: readonly number[]): SVGElement {
  const shown = counts.slice(0, 64);
  const most = Math.max(1, ...shown);
  const bars = shown.map((count, i) => {
    const height = (36 * count) / most;
    return svg("rect", { x: i * 12, y: 38 - height, width: 11, height });
  });
  const size = { viewBox: `0 0 ${shown.length * 12} 38`, height: 38, width: shown.length * 12 };
  return svg(
    "svg",
    { class: "tg-histogram", role: "img", "aria-label": strings.histogram, ...size },
    ...bars,
  );
}
