// The timeline: a slider over the rewrites, the passes above it, the buttons of a player, and a choice of
// which rewrites count.

import { button, h } from "../dom";
import { type Icon, icon } from "../icons";
import type { History } from "../model";
import { strings } from "../strings";
import { TimeStrip } from "./times";

const PLAY_MS = 1_300;
const MOST_TICKS = 300;

/** What the reader may limit the timeline to. */
export type Limit =
  | { readonly kind: "all" }
  | { readonly kind: "rule"; readonly rule: string }
  | { readonly kind: "node" | "region" };

export class Timeline {
  readonly element: HTMLElement;
  private readonly slider = h("input", { type: "range", min: 0, "aria-label": strings.timeline });
  private readonly track = h("div", { class: "tg-passes" });
  private readonly ticks = h("div", { class: "tg-ticks", "aria-hidden": "true" });
  private readonly strip = new TimeStrip();
  private readonly where = h("output", { class: "tg-position" });
  private readonly limits = h("select", { "aria-label": strings.limit });
  private readonly limited = h("span", { class: "tg-quiet" });
  private readonly play: HTMLButtonElement;
  private timer: ReturnType<typeof setInterval> | undefined;
  private history: History | undefined;
  private step = 0;
  /** The steps that count, in order; null when all do. */
  private steps: readonly number[] | null = null;

  constructor(
    private readonly go: (step: number) => void,
    private readonly limit: (limit: Limit) => void,
  ) {
    const tool = (name: string, face: Icon, press: () => void): HTMLButtonElement => {
      const made = button(name, icon(face), press);
      made.tabIndex = -1; // the slider is the one stop; [ ] Home End and Space do the same
      return made;
    };
    this.play = tool(strings.play, "play", () => this.toggle());
    this.slider.addEventListener("input", () => this.to(Number(this.slider.value)));
    this.limits.addEventListener("change", () => this.limit(limitOf(this.limits.value)));
    this.element = h(
      "div",
      { class: "tg-timeline", role: "group", "aria-label": strings.timeline },
      h(
        "div",
        { class: "tg-player" },
        tool(strings.first, "first", () => this.to(0)),
        tool(strings.previous, "previous", () => this.to(this.before())),
        this.play,
        tool(strings.next, "next", () => this.to(this.after())),
        tool(strings.last, "last", () => this.to(this.all)),
      ),
      h("div", { class: "tg-rail" }, this.strip.element, this.track, this.ticks, this.slider),
      this.where,
      h("div", { class: "tg-limits" }, this.limits, this.limited),
    );
  }

  show(history: History, step: number, steps: readonly number[] | null): void {
    if (history !== this.history) {
      this.history = history;
      this.pause();
      this.track.replaceChildren(...this.passes(history));
      this.limits.replaceChildren(...choices(history));
    }
    if (steps !== this.steps) {
      this.steps = steps;
      this.mark();
    }
    this.step = step;
    this.strip.show(history, step);
    this.element.hidden = history.length === 0;
    this.slider.max = String(history.length);
    this.slider.value = String(step);
    this.where.textContent = strings.position(step, history.length);
    const rule = history.rewrites[step - 1]?.rule ?? strings.start;
    const words = `${strings.position(step, history.length)}, ${rule}`;
    this.slider.setAttribute("aria-valuetext", words);
    this.limited.textContent = steps ? strings.limited(steps.length, history.length) : "";
    history.passes.forEach((pass, i) => {
      const current = step > pass.start && step <= pass.end;
      this.track.children[i]?.classList.toggle("tg-current", current);
    });
  }

  /** Lets only one rule count, as the choice below the slider does. */
  only(rule: string): void {
    this.limits.value = `rule ${rule}`;
    this.limit(limitOf(this.limits.value));
  }

  /** Handles a key of the viewer; says whether it did. */
  key(key: string): boolean {
    if (key === "[") this.to(this.before());
    else if (key === "]") this.to(this.after());
    else if (key === "{") this.to(this.passBefore());
    else if (key === "}") this.to(this.passAfter());
    else if (key === "Home") this.to(0);
    else if (key === "End") this.to(this.all);
    else if (key === " ") this.toggle();
    else return false;
    return true;
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.face(strings.play, "play");
  }

  private get all(): number {
    return this.history?.length ?? 0;
  }

  /** The next step that counts; the last one when there is none. */
  private after(): number {
    if (!this.steps) return this.step + 1;
    return this.steps.find((one) => one > this.step) ?? this.all;
  }

  private before(): number {
    if (!this.steps) return this.step - 1;
    return this.steps.findLast((one) => one < this.step) ?? 0;
  }

  /** The end of this pass, or of the next one at its end. */
  private passAfter(): number {
    return this.history?.passes.find(({ end }) => end > this.step)?.end ?? this.all;
  }

  private passBefore(): number {
    return this.history?.passes.findLast(({ end }) => end < this.step)?.end ?? 0;
  }

  private to(step: number): void {
    this.pause();
    this.go(step);
  }

  private toggle(): void {
    if (this.timer !== undefined) {
      this.pause();
      return;
    }
    this.face(strings.pause, "pause");
    this.go(this.step >= this.all ? 0 : this.after());
    this.timer = setInterval(() => {
      if (this.step >= this.all) this.pause();
      else this.go(this.after());
    }, PLAY_MS);
  }

  private face(name: string, face: Icon): void {
    this.play.replaceChildren(icon(face));
    this.play.setAttribute("aria-label", name);
    this.play.title = name;
  }

  /** A tick for each step that counts. */
  private mark(): void {
    const shown = (this.steps ?? []).slice(0, MOST_TICKS);
    this.ticks.replaceChildren(
      ...shown.map((step) => {
        const tick = h("i");
        tick.style.left = `${(100 * step) / Math.max(1, this.all)}%`;
        return tick;
      }),
    );
  }

  private passes(history: History): Element[] {
    return history.passes.map((pass) => {
      const n = pass.end - pass.start;
      const name = pass.name || strings.noPass;
      const label = h("span", {}, strings.passChip(name, n));
      const made = button(strings.pass(name, n, pass.us), label, () => this.to(pass.end));
      made.tabIndex = -1;
      made.className = "tg-pass";
      made.style.flexGrow = String(n);
      return made;
    });
  }
}

function limitOf(value: string): Limit {
  if (value === "node" || value === "region") return { kind: value };
  return value.startsWith("rule ") ? { kind: "rule", rule: value.slice(5) } : { kind: "all" };
}

/** All, what concerns the selection, and each rule with its count, the most frequent first. */
function choices(history: History): Element[] {
  const counts = new Map<string, number>();
  for (const { rule } of history.rewrites) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const rules = [...counts].sort((a, b) => b[1] - a[1]);
  return [
    h("option", { value: "all" }, strings.limitAll),
    h("option", { value: "node" }, strings.limitNode),
    h("option", { value: "region" }, strings.limitRegion),
    ...rules.map(([rule, n]) =>
      h("option", { value: `rule ${rule}` }, strings.limitRule(rule.replaceAll("_", " "), n)),
    ),
  ];
}
