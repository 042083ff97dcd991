// A slider for an element of an input: the kernel evaluates again, and everything follows.

import type { Value } from "../../protocol";
import { h } from "../dom";
import { strings } from "../strings";
import type { Trace } from "../trace";
import { digits } from "../values";

const WAIT_MS = 60;
const STEPS = 200;

export type Turn = (node: string, index: number, value: number) => void;

export class Sliders {
  readonly element = h("div", { class: "tg-sliders", hidden: "" });
  private readonly slider = h("input", { type: "range", "aria-label": strings.changeValue });
  private readonly index = h("input", {
    type: "number",
    min: 0,
    value: 0,
    "aria-label": strings.element,
  });
  private readonly shown = h("output", {});
  private readonly label = h("b", {});
  private timer: ReturnType<typeof setTimeout> | undefined;
  private node = "";
  private value: Value | undefined;

  constructor(private readonly turn: Turn | undefined) {
    this.element.append(this.label, this.index, this.slider, this.shown);
    this.slider.addEventListener("input", () => this.moved());
    this.index.addEventListener("change", () => this.range());
    for (const one of [this.slider, this.index]) {
      one.addEventListener("keydown", (event) => event.stopPropagation());
    }
  }

  /** For the selected node if the run gave it from outside, else for the first such node. */
  show(trace: Trace, selected: string | null, labelOf: (id: string) => string): void {
    const given = trace.events.filter(
      ({ node, outputs, path }) => !path && /^[vs]/.test(node) && outputs[0]?.data?.length,
    );
    const event = given.find(({ node }) => node === selected) ?? given[0];
    this.element.hidden = !this.turn || !event;
    if (this.element.hidden || !event) return;
    const same = event.node === this.node;
    this.node = event.node;
    this.value = event.outputs[0];
    this.label.textContent = labelOf(event.node);
    const last = (this.value?.data?.length ?? 1) - 1;
    this.index.max = String(last);
    this.index.hidden = last === 0;
    if (!same) this.index.value = "0";
    if (!same || document.activeElement !== this.slider) this.range();
  }

  private chosen(): number {
    return Math.max(0, Math.min(Number(this.index.max), Math.round(Number(this.index.value)) || 0));
  }

  /** From as far below the element as above it. */
  private range(): void {
    const now = this.value?.data?.[this.chosen()];
    const middle = typeof now === "number" ? now : 0;
    const reach = Math.max(1, 2 * Math.abs(middle));
    const whole = /int|bool/.test(this.value?.dtype ?? "");
    this.slider.min = String(whole ? Math.round(middle - reach) : middle - reach);
    this.slider.max = String(whole ? Math.round(middle + reach) : middle + reach);
    this.slider.step = whole ? "1" : String((2 * reach) / STEPS);
    this.slider.value = String(middle);
    this.shown.textContent = digits(middle);
  }

  /** Asks when the slider rests a moment, so that the kernel can keep up. */
  private moved(): void {
    this.shown.textContent = digits(Number(this.slider.value));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.turn?.(this.node, this.chosen(), Number(this.slider.value));
    }, WAIT_MS);
  }
}
