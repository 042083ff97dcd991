// Memory over the run: a bar for each value from its making to its last reading; bars of one slot stand
// in one row, because they share memory.

import type { Document } from "../../protocol";
import { h, svg } from "../dom";
import { strings } from "../strings";

type Memory = NonNullable<Document["memory"]>[number];

const WIDTH = 560;
const ROW = 12;
const MOST_ROWS = 60;

export class MemoryTape {
  readonly element = h("details", { class: "tg-memory" }, h("summary", {}, strings.memory));
  private readonly body = h("div");
  private all: readonly Memory[] = [];
  private rows: readonly (readonly Memory[])[] = [];
  private last = 1;
  private peak = 0;
  private shown: readonly [number, string | null] = [0, null];

  constructor(
    document: Document,
    private readonly labelOf: (id: string) => string,
    private readonly select: (id: string) => void,
  ) {
    this.element.append(this.body);
    this.element.addEventListener("toggle", () => this.show(...this.shown));
    this.update(document);
  }

  update(document: Document): void {
    this.all = document.memory ?? [];
    this.rows = rowsOf(this.all).slice(0, MOST_ROWS);
    this.peak = peak(this.all);
    this.last = Math.max(1, ...this.all.slice(0, 5_000).map(({ end }) => end));
    this.element.hidden = this.all.length === 0;
  }

  show(position: number, selected: string | null): void {
    this.shown = [position, selected];
    if (!this.all.length) return;
    const alive = new Set(
      this.all.filter(({ start, end }) => start <= position && position <= end),
    );
    const now = [...alive].reduce((sum, { bytes }) => sum + bytes, 0);
    const words = strings.memoryNow(strings.bytes(now), alive.size, strings.bytes(this.peak));
    this.body.replaceChildren(
      h("p", { class: "tg-quiet" }, words),
      // a closed tape is not drawn, so that a step through thousands of values stays short
      ...(this.element.open ? [this.tape(position, selected, alive, words)] : []),
    );
  }

  private tape(
    position: number,
    selected: string | null,
    alive: ReadonlySet<Memory>,
    words: string,
  ): SVGElement {
    const x = (event: number): number => ((event - 1) / this.last) * WIDTH;
    const bars = this.rows.flatMap((row, i) =>
      row.map((one) => {
        const bar = svg("rect", {
          class: `tg-bar${alive.has(one) ? " tg-alive" : ""}${one.node === selected ? " tg-chosen" : ""}`,
          x: x(one.start),
          y: i * ROW + 1,
          width: Math.max(2, x(one.end + 1) - x(one.start) - 1),
          height: ROW - 2,
          rx: 2,
        });
        bar.append(
          svg("title", {}, strings.block(this.labelOf(one.node), strings.bytes(one.bytes))),
        );
        bar.addEventListener("click", () => this.select(one.node));
        return bar;
      }),
    );
    const height = this.rows.length * ROW;
    return svg(
      "svg",
      {
        class: "tg-tape",
        role: "img",
        "aria-label": words,
        viewBox: `0 0 ${WIDTH} ${height}`,
        preserveAspectRatio: "none",
        height: Math.min(height, 240),
      },
      ...bars,
      svg("path", { class: "tg-now", d: `M${x(position + 0.5)} 0V${height}` }),
    );
  }
}

/** Values of one slot in one row; each other value in a row that is free by then. */
function rowsOf(all: readonly Memory[]): Memory[][] {
  const slots = new Map<number, Memory[]>();
  const rows: Memory[][] = [];
  for (const one of all) {
    const known = one.slot === undefined ? undefined : slots.get(one.slot);
    if (known) {
      known.push(one);
      continue;
    }
    const row = [one];
    rows.push(row);
    if (one.slot !== undefined) slots.set(one.slot, row);
  }
  return rows;
}

/** The most bytes that are alive at once. */
function peak(all: readonly Memory[]): number {
  const changes = all
    .flatMap(({ start, end, bytes }) => [[start, bytes] as const, [end + 0.5, -bytes] as const])
    .sort((a, b) => a[0] - b[0]);
  let [now, most] = [0, 0];
  for (const [, change] of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
