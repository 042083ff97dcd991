// Breakpoints with conditions, and the list of watched nodes.

import type { Eval, Value } from "../../protocol";
import { condition } from "../conditions";
import { button, h } from "../dom";
import { icon } from "../icons";
import type { Stop } from "../live";
import type { Break, Remembered } from "../remembered";
import { strings } from "../strings";
import { brief } from "../values";
import { isLoop } from "./turns";

export interface BreakWishes {
  select(id: string): void;
  /** Breakpoints or watched nodes changed. */
  changed(): void;
}

/** What the panel asks about nodes. */
export interface Names {
  label(id: string): string;
  op(id: string): string;
}

export class Breaks {
  readonly element: HTMLDetailsElement;
  private readonly breaks: Break[];
  private readonly watched: Set<string>;
  private readonly list = h("ul", { class: "tg-breaks" });
  private readonly watches = h("ul", { class: "tg-watches" });
  private readonly text = h("input", {
    type: "text",
    placeholder: strings.conditionExample,
    "aria-label": strings.condition,
  });
  private readonly fault = h("p", { class: "tg-bad", role: "alert", hidden: "" });
  private selected: string | null = null;
  private values: ReadonlyMap<string, readonly Value[]> = new Map();

  constructor(
    private readonly names: Names,
    private readonly wishes: BreakWishes,
    remembered: Remembered,
  ) {
    this.breaks = remembered.breaks;
    this.watched = remembered.watched;
    const add = button(strings.addBreak, strings.addBreak, () => this.addCondition());
    const here = button(strings.breakHere, strings.breakHere, () => this.breakHere());
    const watch = button(strings.watchHere, strings.watchHere, () => this.watchHere());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.addCondition();
      event.stopPropagation();
    });
    this.element = h(
      "details",
      { class: "tg-breakpoints" },
      h("summary", {}, strings.breakpoints),
      h("div", { class: "tg-row" }, this.text, add, here, watch),
      this.fault,
      this.list,
      this.watches,
    );
  }

  /** Whether a breakpoint stops the run at this event. */
  stops(event: Eval): boolean {
    const subject = {
      label: this.names.label(event.node),
      op: this.names.op(event.node),
      values: event.outputs,
      turns: (event.path ?? []).flatMap(([id, turn]) => (isLoop(this.names, id) ? [turn] : [])),
    };
    return this.breaks.some(
      ({ node, holds, on }) =>
        on && (node === null || node === event.node) && (holds === null || holds(subject)),
    );
  }

  get any(): boolean {
    return this.breaks.some(({ on }) => on);
  }

  /** The breakpoints that are on, as a kernel is told them. */
  get stopping(): Stop[] {
    return this.breaks.flatMap(({ node, text, on }) => (on ? [{ node, text }] : []));
  }

  /** The nodes at which a run stops. */
  nodes(): string[] {
    return this.breaks.flatMap(({ node, on }) => (on && node !== null ? [node] : []));
  }

  show(selected: string | null, values: ReadonlyMap<string, readonly Value[]>): void {
    this.selected = selected;
    this.values = values;
    this.render();
  }

  /** Puts a breakpoint on the selected node, or takes it away. */
  breakHere(): void {
    const { selected } = this;
    if (selected === null) return;
    const at = this.breaks.findIndex(({ node, holds }) => node === selected && holds === null);
    if (at >= 0) this.breaks.splice(at, 1);
    else this.breaks.push({ node: selected, text: "", holds: null, on: true });
    this.element.open = true;
    this.wishes.changed();
  }

  watchHere(): void {
    const { selected } = this;
    if (selected === null) return;
    if (!this.watched.delete(selected)) this.watched.add(selected);
    this.element.open = true;
    this.wishes.changed();
  }

  private addCondition(): void {
    const text = this.text.value.trim();
    const holds = condition(text);
    this.fault.hidden = holds !== null;
    if (!holds) {
      this.fault.textContent = strings.noCondition;
      return;
    }
    this.text.value = "";
    this.breaks.push({ node: null, text, holds, on: true });
    this.wishes.changed();
  }

  private render(): void {
    this.list.replaceChildren(...this.breaks.map((one, i) => this.row(one, i)));
    this.watches.replaceChildren(
      ...[...this.watched].map((id) => {
        const label = this.names.label(id);
        const press = h("button", { type: "button", class: "tg-link" }, h("code", {}, label));
        press.addEventListener("click", () => this.wishes.select(id));
        const value = brief(this.values.get(id)) ?? strings.notYet;
        const away = button(strings.unwatch(label), icon("close"), () => {
          this.watched.delete(id);
          this.wishes.changed();
        });
        return h("li", {}, press, ` ${value} `, away);
      }),
    );
  }

  private row(one: Break, i: number): HTMLElement {
    const box = h("input", { type: "checkbox" });
    box.checked = one.on;
    box.addEventListener("change", () => {
      one.on = box.checked;
      this.wishes.changed();
    });
    const where = one.node === null ? strings.anyNode : this.names.label(one.node);
    const words = one.text ? `${where}: ${one.text}` : where;
    const away = button(strings.removeBreak(words), icon("close"), () => {
      this.breaks.splice(i, 1);
      this.wishes.changed();
    });
    return h("li", {}, h("label", {}, box, ` ${words}`), " ", away);
  }
}
