// What the shapes and signs in the two pictures mean, as far as they are to be seen now.

import { h, svg } from "../dom";
import { type Mark, MARKS, type Scene } from "../render/scene";
import { BADGES } from "../render/svg";
import { strings } from "../strings";

const KINDS = ["input", "shared", "constant", "apply"] as const;
/** Marks that speak for themselves, or that the reader has just set. */
const SILENT: readonly Mark[] = ["dim", "lit", "found", "selected"];
/** A box looks as the most urgent of its marks asks. */
const TOLD = MARKS.filter((mark) => !SILENT.includes(mark));
const [WIDTH, HEIGHT] = [26, 16];

export class Legend {
  readonly element = h("ul", { class: "tg-key", "aria-label": strings.legend });
  private shown = "";

  show(scenes: readonly (Scene | undefined)[]): void {
    const boxes = scenes.flatMap((scene) => scene?.boxes ?? []);
    const seen = new Set(boxes.map(({ marks }) => TOLD.findLast((mark) => marks.has(mark))));
    const there = new Set(boxes.map(({ node }) => node.kind));
    const kinds = KINDS.filter((kind) => there.has(kind));
    const marks = TOLD.filter((mark) => seen.has(mark)).toReversed();
    const key = [...kinds, ...marks].join(" ");
    if (key === this.shown) return;
    this.shown = key;
    this.element.hidden = boxes.length === 0;
    this.element.replaceChildren(
      ...kinds.map((kind) => item(kind, undefined, strings.kinds[kind])),
      ...marks.map((mark) => item("apply", mark, strings.marks[mark])),
    );
  }
}

function item(kind: (typeof KINDS)[number], mark: Mark | undefined, words: string): Element {
  const [w, high] = [WIDTH - 4, HEIGHT - 4];
  const round = { input: high / 2, constant: 1, shared: 3, apply: 3 }[kind];
  const inner = { class: "tg-inner", x: 4.5, y: 4.5, width: w - 5, height: high - 5, rx: 1.5 };
  const sign = mark && BADGES[mark];
  const swatch = svg(
    "svg",
    { class: "tg-key-swatch", width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
    svg(
      "g",
      { class: `tg-${kind}${mark ? ` tg-${mark}` : ""}` },
      svg("rect", { class: "tg-shape", x: 2, y: 2, width: w, height: high, rx: round }),
      ...(kind === "shared" ? [svg("rect", inner)] : []),
    ),
    ...(sign
      ? [
          svg("circle", { class: `tg-badge tg-badge-${mark}`, cx: 13, cy: 8, r: 7 }),
          svg("text", { class: "tg-badge-text", x: 13, y: 12 }, sign),
        ]
      : []),
  );
  return h("li", {}, swatch, words);
}
