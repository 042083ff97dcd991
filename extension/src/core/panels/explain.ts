// The explanation of one rewrite: its rule as an equation, its reason, what stood for what, what it saved.

import type { Binding, Document, Rewrite, RuleInfo } from "../../protocol";
import { button, h } from "../dom";
import { formula } from "../math";
import { declinedBefore, declinedSteps, type History } from "../model";
import type { Remembered } from "../remembered";
import { strings } from "../strings";

/** Signs that fit on one line in large type. */
const LONG_EQUATION = 34;
const MOST_DECLINED = 60;

export interface ExplainWishes {
  select(id: string): void;
  goto(step: number): void;
  /** Present where a kernel optimizes again: without some rules, or telling what declined. */
  optimize?: ((without: readonly string[], watch: boolean) => void) | undefined;
}

export class Explain {
  readonly element: HTMLElement;
  private readonly body = h("div");

  constructor(
    private readonly wishes: ExplainWishes,
    private readonly remembered: Remembered,
  ) {
    this.element = h(
      "div",
      { class: "tg-card tg-explain", role: "group", "aria-label": strings.explanation },
      this.body,
    );
  }

  show(document: Document, graph: string, history: History, step: number): void {
    this.element.hidden = history.length === 0 && !this.remembered.off.length;
    const rewrite = history.rewrites[step - 1];
    const live = [...this.switches(rewrite?.rule), ...this.misses(document, graph, step)];
    if (!rewrite) {
      this.body.replaceChildren(
        h("p", { class: "tg-eyebrow" }, strings.explanation),
        h("p", { class: "tg-lead" }, strings.untouched),
        h("p", { class: "tg-quiet" }, strings.untouchedHint),
        ...live,
        ...declined(document, graph, step, this.wishes.select),
      );
      return;
    }
    const pass = history.passes.find(({ start, end }) => step > start && step <= end)?.name;
    const eyebrow = [
      strings.rewriteTitle(step, history.length),
      ...(pass ? [strings.inPass(pass)] : []),
    ].join(" · ");
    const info = document.rules?.[rewrite.rule];
    this.body.replaceChildren(
      h("p", { class: "tg-eyebrow" }, eyebrow),
      h("h3", { class: "tg-rule" }, rewrite.rule.replaceAll("_", " ")),
      ...equation(info?.latex, info?.equation),
      ...paragraph("tg-lead", rewrite.why ?? info?.why),
      ...expressions(rewrite),
      ...this.bindings(rewrite.bindings ?? []),
      h("p", { class: "tg-quiet" }, changed(rewrite)),
      ...saved(rewrite),
      ...cautions(info),
      ...live,
      ...declined(document, graph, step, this.wishes.select),
    );
  }

  /** A checkbox that switches the rule off, and one for each that is off already. */
  private switches(rule: string | undefined): Element[] {
    const { optimize } = this.wishes;
    const { remembered } = this;
    if (!optimize) return [];
    const names = [...new Set([...remembered.off, ...(rule === undefined ? [] : [rule])])];
    if (!names.length) return [];
    const boxes = names.map((name) => {
      const box = h("input", { type: "checkbox" });
      box.checked = !remembered.off.includes(name);
      box.addEventListener("change", () => {
        const others = remembered.off.filter((one) => one !== name);
        remembered.off = box.checked ? others : [...others, name];
        optimize(remembered.off, remembered.watching);
      });
      return h(
        "label",
        { class: "tg-switch" },
        box,
        ` ${strings.ruleOn(name.replaceAll("_", " "))}`,
      );
    });
    return [
      h("div", { class: "tg-switches", role: "group", "aria-label": strings.rules }, ...boxes),
    ];
  }

  /** Asks for the rules that declined; when they are here, leads from one place to the next. */
  private misses(document: Document, graph: string, step: number): Element[] {
    const { optimize } = this.wishes;
    const { remembered } = this;
    const steps = declinedSteps(document, graph);
    if (steps.length) {
      const next = steps.find((one) => one > step) ?? steps[0]!;
      if (next === step) return [];
      const go = button(strings.nextDeclined(next), strings.nextDeclined(next), () =>
        this.wishes.goto(next),
      );
      return [go];
    }
    if (!optimize) return [];
    if (remembered.watching) return [h("p", { class: "tg-quiet" }, strings.noneDeclined)];
    const ask = button(strings.askDeclined, strings.askDeclined, () => {
      remembered.watching = true;
      optimize(remembered.off, true);
    });
    return [ask];
  }

  private bindings(bindings: readonly Binding[]): Element[] {
    if (!bindings.length) return [];
    const rows = bindings.map(({ name, text, node }) => {
      const value = h("code", {}, text);
      if (node === undefined) return h("li", {}, h("i", {}, name), " = ", value);
      const press = h("button", { type: "button", class: "tg-link" }, value);
      press.addEventListener("click", () => this.wishes.select(node));
      return h("li", {}, h("i", {}, name), " = ", press);
    });
    return [h("ul", { class: "tg-bindings", "aria-label": strings.where }, ...rows)];
  }
}

/** A formula as large as there is room, or the same as text. */
export function equation(latex: string | undefined, text: string | undefined): Element[] {
  const drawn = latex ? formula(latex) : null;
  if (!drawn && !text) return [];
  const face = drawn ?? h("code", {}, text!);
  if (drawn && text) drawn.setAttribute("aria-label", text);
  const long = (face.textContent?.length ?? 0) > LONG_EQUATION;
  return [h("div", { class: `tg-equation${long ? " tg-long" : ""}`, tabindex: 0 }, face)];
}

function changed({ remove, add, us }: Rewrite): string {
  return strings.change(remove.length, add.length, us);
}

function paragraph(name: string, text: string | undefined): Element[] {
  return text ? [h("p", { class: name }, text)] : [];
}

function expressions({ before, after }: Rewrite): Element[] {
  if (!before || !after) return [];
  return [
    h(
      "p",
      { class: "tg-expressions", tabindex: 0 },
      h("code", {}, before),
      " → ",
      h("code", {}, after),
    ),
  ];
}

/** What the rewrite saved, each as a badge. */
function saved({ saves }: Rewrite): Element[] {
  if (!saves) return [];
  const badges = [
    ...(saves.nodes ? [strings.savesNodes(saves.nodes)] : []),
    ...(saves.passes ? [strings.savesPasses(saves.passes)] : []),
    ...(saves.bytes ? [strings.savesBytes(saves.bytes)] : []),
  ];
  if (!badges.length) return [];
  const items = badges.map((text) => h("li", { class: "tg-badge-word" }, text));
  return [h("ul", { class: "tg-saves", "aria-label": strings.saves }, ...items)];
}

/** What the rule changes in rounding, and where it holds. */
function cautions(info: RuleInfo | undefined): Element[] {
  return [
    ...(info?.rounding
      ? [h("p", { class: "tg-quiet" }, `${strings.rounding}: ${info.rounding}`)]
      : []),
    ...(info?.domain ? [h("p", { class: "tg-quiet" }, `${strings.domain}: ${info.domain}`)] : []),
  ];
}

function declined(
  document: Document,
  graph: string,
  step: number,
  select: (id: string) => void,
): Element[] {
  const events = declinedBefore(document, graph, step);
  if (!events.length) return [];
  const rows = events.slice(0, MOST_DECLINED).map(({ rule, reason, at }) => {
    const name = h("button", { type: "button", class: "tg-link" }, rule.replaceAll("_", " "));
    name.addEventListener("click", () => select(at));
    return h("li", {}, name, `: ${reason}`);
  });
  return [
    h(
      "details",
      { class: "tg-declined" },
      h("summary", {}, strings.declinedCount(events.length)),
      h("ul", {}, ...rows),
    ),
  ];
}
