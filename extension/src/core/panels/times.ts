// How long the rewriting took: a bar for each rewrite over the slider, and sums by pass and by rule.

import { button, h, svg } from "../dom";
import type { History } from "../model";
import { strings } from "../strings";

/** The strip's own units: one for each rewrite, so many up. */
const HEIGHT = 24;
const MOST_RULES = 40;

/** Bars over the slider; the tallest is the rewrite that took longest. */
export class TimeStrip {
  readonly element = svg("svg", {
    class: "tg-time-strip",
    role: "img",
    preserveAspectRatio: "none",
  });
  private readonly bars = svg("path", { class: "tg-time-bars" });
  private readonly now = svg("path", { class: "tg-time-now" });
  private history: History | undefined;

  constructor() {
    this.element.append(this.bars, this.now);
  }

  show(history: History, step: number): void {
    const { longest, total } = history.times;
    this.element.toggleAttribute("hidden", total === 0);
    if (total === 0) return;
    const bar = (k: number): string => {
      const tall = Math.max(1, (HEIGHT * (history.rewrites[k - 1]?.us ?? 0)) / longest);
      return `M${k} ${HEIGHT}v${-tall}`;
    };
    if (history !== this.history) {
      this.history = history;
      this.element.setAttribute("viewBox", `0 0 ${history.length} ${HEIGHT}`);
      this.element.setAttribute("aria-label", strings.timeStrip(longest, total));
      this.bars.setAttribute("d", history.rewrites.map((_, i) => bar(i + 1)).join(""));
    }
    this.now.setAttribute("d", step > 0 ? bar(step) : "");
  }
}

/** The sums as tables to unfold; a rule's name limits the timeline to it. */
export class Times {
  readonly element = h("details", { class: "tg-card tg-times" });
  private history: History | undefined;

  constructor(private readonly limit: (rule: string) => void) {}

  show(history: History): void {
    if (history === this.history) return;
    this.history = history;
    const { total } = history.times;
    this.element.hidden = total === 0;
    if (total === 0) return;
    const passes = history.passes.map(({ name, start, end, us }) => {
      const inside = history.rewrites
        .slice(start, end)
        .reduce((sum, one) => sum + (one.us ?? 0), 0);
      const words = us === undefined ? "" : strings.took(us);
      return { name: name || strings.noPass, count: end - start, us: inside, words };
    });
    this.element.replaceChildren(
      h("summary", {}, strings.times(total)),
      h("p", { class: "tg-quiet" }, strings.timesHelp),
      this.table(strings.timesByPass, passes, strings.wholePass),
      this.table(strings.timesByRule, rulesOf(history)),
    );
  }

  private table(caption: string, rows: readonly Row[], more?: string): HTMLElement {
    const longest = Math.max(...rows.map(({ us }) => us), Number.MIN_VALUE);
    const shown = rows.slice(0, MOST_RULES).map((row) => {
      const fill = h("i");
      fill.style.width = `${(100 * row.us) / longest}%`;
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, this.name(row)),
        h("td", {}, String(row.count)),
        h("td", {}, strings.took(row.us)),
        h("td", { class: "tg-time-share", "aria-hidden": "true" }, fill),
        ...(more === undefined ? [] : [h("td", {}, row.words ?? "")]),
      );
    });
    const heads = [caption, strings.rewrites, strings.time].map((text) =>
      h("th", { scope: "col" }, text),
    );
    const blank = h("td", { "aria-hidden": "true" });
    const last = more === undefined ? [] : [h("th", { scope: "col" }, more)];
    const left = rows.length - shown.length;
    return h(
      "div",
      { class: "tg-time-table", tabindex: 0, role: "region", "aria-label": caption },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...heads, blank, ...last)),
        h("tbody", {}, ...shown),
      ),
      ...(left > 0 ? [h("p", { class: "tg-quiet" }, strings.andMore(left))] : []),
    );
  }

  private name({ name, rule }: Row): Element | string {
    if (rule === undefined) return name;
    const made = button(strings.onlyRule(name), name, () => this.limit(rule));
    made.className = "tg-link";
    return made;
  }
}

interface Row {
  readonly name: string;
  readonly rule?: string;
  readonly count: number;
  readonly us: number;
  readonly words?: string;
}

/** The time of each rule, the longest first. */
function rulesOf(history: History): Row[] {
  const found = new Map<string, { count: number; us: number }>();
  for (const { rule, us } of history.rewrites) {
    const known = found.get(rule) ?? { count: 0, us: 0 };
    found.set(rule, { count: known.count + 1, us: known.us + (us ?? 0) });
  }
  return [...found]
    .map(([rule, sums]) => ({ name: rule.replaceAll("_", " "), rule, ...sums }))
    .sort((a, b) => b.us - a.us);
}
