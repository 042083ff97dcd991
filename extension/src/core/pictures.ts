// Draws the two pictures: the first state, and the one at the current step.

import type { Frame } from "./frame";
import { type Look, marksBefore, marksNow, succession } from "./marks";
import type { Options } from "./options";
import type { Placed } from "./places";
import { sceneOf } from "./render/compose";
import { strings } from "./strings";
import type { Trace } from "./trace";
import { brief } from "./values";
import type { View } from "./view";

export type Values = ReturnType<Trace["valuesAt"]>;

const NOTHING = { heirs: new Map(), origins: new Map() } as const;

export class Pictures {
  private drawn: { readonly graph: string; readonly step: number } | undefined;
  private ticket = 0;
  /** Whether the first state has a circle. */
  private circular = false;

  constructor(
    private readonly frame: Frame,
    private readonly options: () => Options,
  ) {}

  /** Draws at once, or as soon as the layout is there, unless something newer came in between. */
  draw(shown: View, values: Values, look: Look): void {
    this.ticket += 1;
    const { ticket } = this;
    const current = (act: (placed: Placed) => void) => (placed: Placed) => {
      if (ticket === this.ticket) act(placed);
    };
    const drawNow = current((placed) => this.drawNow(shown, values, look, placed));
    const drawBoth = current((placed) => {
      if (shown.history.length) this.drawBefore(shown, look, placed);
      shown.places.get(shown.step, drawNow);
    });
    shown.places.get(0, drawBoth);
  }

  dispose(): void {
    this.ticket += 1;
  }

  private drawBefore(shown: View, look: Look, placed: Placed): void {
    const first = shown.at(0);
    this.circular = placed.placement.circular;
    const marks = marksBefore(shown.history, first, shown.at(shown.step), look);
    const { types } = this.options();
    const way = look.wayBefore;
    const { shapes } = look;
    const scene = sceneOf(first, placed, { marks, values: new Map(), way, types, shapes });
    const animate = this.drawn?.graph === shown.graph;
    this.frame.before.show(scene, strings.before, "", { animate, ...NOTHING });
    this.frame.height(scene.height);
  }

  private drawNow(shown: View, values: Values, look: Look, placed: Placed): void {
    const { graph, history, step } = shown;
    const state = shown.at(step);
    const scene = sceneOf(state, placed, {
      marks: marksNow(history, state, look),
      values: inside(values),
      way: look.way,
      types: this.options().types,
      shapes: look.shapes,
    });
    const from = this.drawn?.graph === graph ? this.drawn.step : undefined;
    const options = {
      animate: from !== undefined,
      ...succession(history, from ?? step, step),
    };
    const caption = history.length ? strings.atStep(step, history.length) : strings.graph;
    const note =
      history.rewrites[step - 1]?.rule ?? (history.length ? "" : strings.nothingSelected);
    this.frame.now.show(scene, caption, note, options);
    if (!history.length) this.frame.height(scene.height);
    const { before } = this.frame;
    this.frame.legend.show([scene, history.length ? before.drawn : undefined]);
    this.drawn = { graph, step };
    for (const pane of [this.frame.before, this.frame.now]) {
      pane.reveal(look.running ?? look.selected);
    }
    // nodes that stay stand at the same places of both pictures, so both look at the same part
    if (history.length && this.frame.together) {
      this.frame.before.follow(this.frame.now.view, from !== undefined);
    }
    // layers that are closed may read each other in a circle where their nodes do not
    const circular = placed.placement.circular || this.circular;
    this.frame.circular(circular && !shown.folding.closed.size);
  }
}

/** What is written into the nodes whose values are known. */
function inside(values: Values): ReadonlyMap<string, string> {
  const texts = [...values].flatMap(([id, value]) => {
    const text = brief(value);
    return text === undefined ? [] : [[id, text] as const];
  });
  return new Map(texts);
}
