// The stepper: a recorded evaluation node by node, with the value that each one gave, down to the single
// statements of its loops.

import type { Document, Eval, Value } from "../../protocol";
import { button, h } from "../dom";
import { type Icon, icon } from "../icons";
import type { Paused, Stop, Way } from "../live";
import type { Remembered } from "../remembered";
import { disable, roving } from "../roving";
import { strings } from "../strings";
import type { Trace } from "../trace";
import { valueView } from "../values";
import { type BreakWishes, Breaks, type Names } from "./breaks";
import { LeadPanel } from "./lead";
import { MemoryTape } from "./memory";
import { Sliders, type Turn } from "./sliders";
import { placesOf, type TurnWishes, turnsView } from "./turns";

const PLAY_MS = 900;

type Tool = "start" | "back" | "next" | "into" | "out" | "play" | "here" | "stop" | "bad";

export interface StepperWishes extends BreakWishes, TurnWishes {
  /** Present where a kernel evaluates again with another input. */
  turn?: Turn;
  /** Present where a kernel shows parts of a value. */
  look?(event: number, output: number, index: string): void;
  /** Present where a kernel may wait in a call for the reader. */
  lead?(how: Way, breaks: readonly Stop[]): void;
}

export class Stepper {
  readonly element: HTMLElement;
  readonly breaks: Breaks;
  private readonly where = h("output", { class: "tg-position" });
  private readonly body = h("div", { class: "tg-values" });
  private readonly part = h("div", { class: "tg-part", role: "status" });
  private readonly buttons: Record<Tool, HTMLButtonElement>;
  private readonly memory: MemoryTape;
  private readonly lead: LeadPanel;
  private readonly sliders: Sliders;
  private timer: ReturnType<typeof setInterval> | undefined;
  private trace: Trace | undefined;
  private at = 0;
  /** How many statements of the loops here are done; null outside of them. */
  private inside: number | null = null;
  private selected: string | null = null;

  constructor(
    document: Document,
    private readonly names: Names,
    private readonly wishes: StepperWishes,
    remembered: Remembered,
  ) {
    this.breaks = new Breaks(names, wishes, remembered);
    this.memory = new MemoryTape(document, (id) => names.label(id), wishes.select);
    const { lead } = wishes;
    this.lead = new LeadPanel(lead && ((how) => lead(how, this.breaks.stopping)));
    this.sliders = new Sliders(wishes.turn);
    const tool = (name: string, face: Icon, press: (trace: Trace) => void) =>
      button(name, icon(face), () => this.trace && press(this.trace));
    this.buttons = {
      start: tool(strings.stepStart, "first", () => this.go(0)),
      back: tool(strings.stepBack, "previous", () => this.back()),
      play: tool(strings.stepPlay, "play", () => this.toggle()),
      next: tool(strings.stepNext, "next", () => this.next()),
      into: tool(strings.stepInto, "into", (trace) => this.into(trace)),
      out: tool(strings.stepOut, "out", (trace) => this.out(trace)),
      here: tool(strings.runHere, "target", (trace) => this.runHere(trace)),
      stop: tool(strings.runStop, "last", (trace) => this.runStop(trace)),
      bad: tool(strings.runBad, "warning", (trace) => this.go(trace.firstBad() ?? this.at)),
    };
    const bar = h("div", { class: "tg-player", role: "toolbar" }, ...Object.values(this.buttons));
    bar.setAttribute("aria-label", strings.stepper);
    roving(bar, this.buttons.next);
    this.element = h(
      "div",
      { class: "tg-card tg-stepper", role: "group", "aria-label": strings.stepper },
      h("p", { class: "tg-eyebrow" }, strings.stepper),
      this.lead.element,
      h("div", { class: "tg-stepper-bar" }, bar, this.where),
      this.body,
      this.sliders.element,
      this.breaks.element,
      this.memory.element,
    );
  }

  show(
    trace: Trace,
    at: number,
    selected: string | null,
    values: ReadonlyMap<string, readonly Value[]>,
  ): void {
    if (at !== this.at || trace !== this.trace) {
      this.inside = null;
      this.part.replaceChildren();
    }
    this.trace = trace;
    this.at = at;
    this.selected = selected;
    this.element.hidden = trace.length === 0 && this.lead.element.hidden;
    if (this.element.hidden) return;
    this.breaks.show(selected, values);
    this.memory.show(at, selected);
    this.sliders.show(trace, selected, (id) => this.names.label(id));
    if (this.lead.waits) this.sliders.element.hidden = true;
    this.render();
  }

  /** Handles a key of the viewer; says whether it did. */
  key(key: string): boolean {
    if (!this.trace?.length) return false;
    if (key === "n") this.next();
    else if (key === "b") this.back();
    else if (key === "e") this.into(this.trace);
    else if (key === "o") this.out(this.trace);
    else if (key === "g") this.runHere(this.trace);
    else if (key === "x") this.breaks.breakHere();
    else if (key === "v") this.breaks.watchHere();
    else if (key === ".") this.toggle();
    else return false;
    return true;
  }

  /** How it stands with a call in the kernel. */
  paused(paused: Paused | null): void {
    this.lead.show(paused);
  }

  /** Shows the memory of another run. */
  rerun(document: Document): void {
    this.memory.update(document);
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.face(strings.stepPlay, "play");
  }

  private go(position: number): void {
    this.inside = null;
    if (position === this.at) this.render();
    this.wishes.evaluate(position);
  }

  private get loops(): NonNullable<Eval["loops"]> {
    return this.trace?.at(this.at)?.loops ?? [];
  }

  private next(): void {
    const { trace, inside } = this;
    if (!trace) return;
    if (this.leads(trace)) this.lead.ask("next");
    else if (inside === null) this.go(trace.next(this.at));
    else this.statement(Math.min(inside + 1, this.loops.length));
  }

  private back(): void {
    const { trace, inside } = this;
    if (!trace) return;
    if (inside === null) this.go(trace.back(this.at));
    else this.statement(Math.max(inside - 1, 0));
  }

  private statement(inside: number): void {
    this.inside = inside;
    this.render();
    const done = this.loops[inside - 1];
    if (done) this.wishes.say(`${done.line.trim()}: ${done.did}`);
  }

  /** Into the graph inside the node that comes next, or into the loops of the one that was. */
  private into(trace: Trace): void {
    const goal = this.inside === null ? trace.into(this.at) : null;
    if (this.leads(trace)) this.lead.ask("into");
    else if (goal !== null) this.go(goal);
    else if (this.inside !== null) return;
    else if (this.loops.length) this.statement(1);
    else this.go(trace.backInto(this.at) ?? this.at);
  }

  private out(trace: Trace): void {
    if (this.inside !== null) {
      this.inside = null;
      this.render();
      return;
    }
    if (this.leads(trace)) {
      this.lead.ask("out");
      return;
    }
    const goal = trace.out(this.at);
    if (goal !== null) this.go(goal);
  }

  /** Whether what comes next has not happened yet, and a call waits for it. */
  private leads(trace: Trace): boolean {
    return this.lead.waits && this.inside === null && this.at >= trace.length;
  }

  private runHere(trace: Trace): void {
    const { selected } = this;
    const goal = selected === null ? null : trace.seek(this.at, ({ node }) => node === selected);
    if (goal !== null) this.go(goal);
    else this.wishes.say(strings.notInRun);
  }

  private runStop(trace: Trace): void {
    const goal = trace.run(this.at, (event) => this.breaks.stops(event));
    this.go(goal);
    if (this.breaks.any && !this.breaks.stops(trace.at(goal)!)) this.wishes.say(strings.noStop);
  }

  private toggle(): void {
    const { trace } = this;
    if (!trace) return;
    if (this.timer !== undefined) {
      this.pause();
      return;
    }
    this.face(strings.stepPause, "pause");
    this.go(this.at >= trace.length ? 0 : trace.next(this.at));
    this.timer = setInterval(() => {
      const event = trace.at(this.at);
      if (this.at >= trace.length || (event && this.breaks.stops(event))) this.pause();
      else this.go(trace.next(this.at));
    }, PLAY_MS);
  }

  private face(name: string, face: Icon): void {
    const { play } = this.buttons;
    play.replaceChildren(icon(face));
    play.setAttribute("aria-label", name);
    play.title = name;
  }

  private render(): void {
    const { trace, at, inside, buttons } = this;
    if (!trace) return;
    const event = trace.at(at);
    this.where.textContent = strings.evaluation(at, trace.length);
    disable(buttons.start, at === 0);
    disable(buttons.back, inside === null ? at === 0 : inside === 0);
    const leads = this.leads(trace);
    const atEnd = inside === null ? at === trace.length : inside === this.loops.length;
    const opens = trace.into(at) !== null || this.loops.length > 0 || trace.backInto(at) !== null;
    const closed = inside !== null || !opens;
    disable(buttons.next, atEnd && !leads);
    disable(buttons.into, closed && !leads);
    disable(buttons.out, inside === null && trace.out(at) === null);
    disable(buttons.here, this.selected === null);
    buttons.bad.hidden = trace.firstBad() === null;
    if (!event) {
      this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.notRun));
      return;
    }
    const frames = placesOf(event, this.names);
    this.body.replaceChildren(
      ...(frames.length ? [h("p", { class: "tg-quiet" }, frames.join(" › "))] : []),
      ...(this.lead.waits ? [] : turnsView(trace, at, this.names, this.wishes)),
      h("h3", { class: "tg-rule" }, this.names.label(event.node)),
      ...(inside === null ? valuesOf(event) : this.statements(event, inside)),
      ...(inside === null ? this.looking(event) : []),
      ...took(event),
    );
  }

  /** Shows the part of a value that the reader asked for. */
  looked(value: Value): void {
    this.part.replaceChildren(valueView(value));
  }

  /** Where the kernel can show parts, a box for an index of a value too large to be told whole. */
  private looking({ outputs }: Eval): Element[] {
    const { look } = this.wishes;
    const output = outputs.findIndex(({ data, shape }) => !data && shape.length > 0);
    if (!look || output < 0) return [];
    const box = h("input", {
      type: "text",
      placeholder: strings.indexExample(outputs[output]!.shape.length),
      "aria-label": strings.index,
    });
    const ask = (): void => look(this.at, output, box.value);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") ask();
      event.stopPropagation();
    });
    const press = button(strings.lookAt, strings.lookAt, ask);
    return [h("div", { class: "tg-row" }, box, press), this.part];
  }

  /** The statements inside a node, with the last one done marked. */
  private statements(event: Eval, inside: number): Element[] {
    const loops = event.loops ?? [];
    const rows = loops
      .slice(0, inside)
      .map(({ line, did, depth }, i) =>
        h(
          "li",
          { class: i === inside - 1 ? "tg-here" : "" },
          h("code", {}, "  ".repeat(Math.min(depth, 8)) + line),
          h("span", { class: "tg-did" }, did),
        ),
      );
    const list = h("ol", { class: "tg-statements", tabindex: 0 }, ...rows);
    const left = inside === loops.length && event.more ? [strings.moreStatements] : [];
    const words = strings.statement(inside, loops.length);
    const notes = [words, ...left].map((text) => h("p", { class: "tg-quiet" }, text));
    queueMicrotask(() => (list.scrollTop = list.scrollHeight));
    return [list, ...notes];
  }
}

function took({ us }: Eval): Element[] {
  return us === undefined ? [] : [h("p", { class: "tg-quiet" }, strings.took(us))];
}

/** Forward values, and the gradients beside them where they are known. */
function valuesOf({ outputs, grad }: Eval): Element[] {
  const forward = outputs.map((value: Value) => valueView(value));
  if (!grad?.length) return forward;
  const column = (name: string, views: readonly Element[]): Element =>
    h("div", {}, h("p", { class: "tg-quiet" }, name), ...views);
  return [
    h(
      "div",
      { class: "tg-both" },
      column(strings.forward, forward),
      column(
        strings.gradient,
        grad.map((value) => valueView(value)),
      ),
    ),
  ];
}
