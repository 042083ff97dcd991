// The explanation of one rewrite: its rule as an equation, its reason, what stood for what.

import type { Binding, Document, Rewrite } from "../../protocol";
import { h } from "../dom";
import { formula } from "../math";
import { declinedBefore, type History } from "../model";
import { strings } from "../strings";

/** Signs that fit on one line in large type. */
const LONG_EQUATION = 34;

export class Explain {
  readonly element: HTMLElement;
  private readonly body = h("div");

  constructor(private readonly select: (id: string) => void) {
    this.element = h(
      "div",
      { class: "tg-card tg-explain", role: "group", "aria-label": strings.explanation },
      this.body,
    );
  }

  show(document: Document, graph: string, history: History, step: number): void {
    this.element.hidden = history.length === 0;
    const rewrite = history.rewrites[step - 1];
    if (!rewrite) {
      this.body.replaceChildren(
        h("p", { class: "tg-eyebrow" }, strings.explanation),
        h("p", { class: "tg-lead" }, strings.untouched),
        h("p", { class: "tg-quiet" }, strings.untouchedHint),
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
      h("p", { class: "tg-quiet" }, strings.change(rewrite.remove.length, rewrite.add.length)),
      ...declined(document, graph, step),
    );
  }

  private bindings(bindings: readonly Binding[]): Element[] {
    if (!bindings.length) return [];
    const rows = bindings.map(({ name, text, node }) => {
      const value = h("code", {}, text);
      if (node === undefined) return h("li", {}, h("i", {}, name), " = ", value);
      const press = h("button", { type: "button", class: "tg-link" }, value);
      press.addEventListener("click", () => this.select(node));
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

function paragraph(name: string, text: string | undefined): Element[] {
  return text ? [h("p", { class: name }, text)] : [];
}

function expressions({ before, after }: Rewrite): Element[] {
  if (!before || !after) return [];
  return [h("p", { class: "tg-expressions" }, h("code", {}, before), " → ", h("code", {}, after))];
}

function declined(document: Document, graph: string, step: number): Element[] {
  const events = declinedBefore(document, graph, step);
  if (!events.length) return [];
  const rows = events.map(({ rule, reason }) => {
    return h("li", {}, h("b", {}, rule.replaceAll("_", " ")), `: ${reason}`);
  });
  return [
    h(
      "details",
      { class: "tg-declined" },
      h("summary", {}, strings.declined),
      h("ul", {}, ...rows),
    ),
  ];
}
