// The stepper: a recorded evaluation node by node, with the value that each one gave.

import type { Value } from "../../protocol";
import { button, h } from "../dom";
import { type Icon, icon } from "../icons";
import { strings } from "../strings";
import type { Trace } from "../trace";
import { valueView } from "../values";

export class Stepper {
  readonly element: HTMLElement;
  private readonly where = h("output", { class: "tg-position" });
  private readonly body = h("div", { class: "tg-values" });
  private readonly buttons: Record<"start" | "back" | "next" | "into" | "out", HTMLButtonElement>;
  private trace: Trace | undefined;
  private at = 0;

  constructor(private readonly go: (position: number) => void) {
    const tool = (name: string, face: Icon, to: (trace: Trace) => number | null) =>
      button(name, icon(face), () => {
        const goal = this.trace && to(this.trace);
        if (typeof goal === "number") this.go(goal);
      });
    this.buttons = {
      start: tool(strings.stepStart, "first", () => 0),
      back: tool(strings.stepBack, "previous", (trace) => trace.back(this.at)),
      next: tool(strings.stepNext, "next", (trace) => trace.next(this.at)),
      into: tool(strings.stepInto, "into", (trace) => trace.into(this.at)),
      out: tool(strings.stepOut, "out", (trace) => trace.out(this.at)),
    };
    const { start, back, next, into, out } = this.buttons;
    const bar = h("div", { class: "tg-player", role: "toolbar" }, start, back, next, into, out);
    bar.setAttribute("aria-label", strings.stepper);
    roving(bar, next);
    this.element = h(
      "div",
      { class: "tg-card tg-stepper", role: "group", "aria-label": strings.stepper },
      h("p", { class: "tg-eyebrow" }, strings.stepper),
      h("div", { class: "tg-stepper-bar" }, bar, this.where),
      this.body,
    );
  }

  show(trace: Trace, at: number, labelOf: (id: string) => string): void {
    this.trace = trace;
    this.at = at;
    this.element.hidden = trace.length === 0;
    this.where.textContent = strings.evaluation(at, trace.length);
    disable(this.buttons.start, at === 0);
    disable(this.buttons.back, at === 0);
    disable(this.buttons.next, at === trace.length);
    disable(this.buttons.into, trace.into(at) === null);
    disable(this.buttons.out, trace.out(at) === null);
    const event = trace.at(at);
    if (!event) {
      this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.notRun));
      return;
    }
    const frames = (event.path ?? []).map(([id, turn]) => strings.turn(labelOf(id), turn));
    this.body.replaceChildren(
      ...(frames.length ? [h("p", { class: "tg-quiet" }, frames.join(" › "))] : []),
      h("h3", { class: "tg-rule" }, labelOf(event.node)),
      ...event.outputs.map((value: Value) => valueView(value)),
    );
  }
}

/** Disabled for the ear and the eye, but still reachable, so that the focus does not fall out. */
function disable(button: HTMLButtonElement, off: boolean): void {
  button.setAttribute("aria-disabled", String(off));
}

/** Makes a row of buttons one tab stop; the arrow keys move within it. */
function roving(bar: HTMLElement, first: HTMLButtonElement): void {
  const buttons = [...bar.querySelectorAll("button")];
  for (const one of buttons) one.tabIndex = one === first ? 0 : -1;
  bar.addEventListener("keydown", (event) => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const here = buttons.findIndex((one) => one === event.target);
    const goal = buttons[here + move];
    if (!move || here < 0 || !goal) return;
    for (const one of buttons) one.tabIndex = one === goal ? 0 : -1;
    goal.focus();
    event.preventDefault();
    event.stopPropagation();
  });
}
