// The card of the selected node: what it is, where it was written, whom it reads and who reads it, and
// what happened to it.

import type { Document, Value } from "../../protocol";
import { h } from "../dom";
import { joined } from "../joined";
import { lifeOf, type Moment } from "../life";
import type { GraphNode, History, State } from "../model";
import { opens } from "../render/compose";
import { strings } from "../strings";
import { headOf, inputsOf, opOf, sourcesOf, sourceView, usersOf, valuesOf } from "./about";

export { inputsOf, usersOf } from "./about";

const MOST_LINKS = 24;

export interface InspectorWishes {
  select(id: string): void;
  open(graph: string): void;
  toggle(id: string): void;
  fold(id: string): void;
  foldable(id: string): "folded" | "open" | null;
  goto(step: number): void;
}

export class Inspector {
  readonly element: HTMLElement;
  private readonly body = h("div");

  constructor(private readonly wishes: InspectorWishes) {
    this.element = h(
      "div",
      { class: "tg-card tg-inspector", role: "group", "aria-label": strings.inspector },
      h("p", { class: "tg-eyebrow" }, strings.inspector),
      this.body,
    );
  }

  show(
    document: Document,
    states: readonly State[],
    history: History,
    id: string | null,
    values: readonly Value[] | undefined,
  ): void {
    const state = states.find(({ nodes }) => id !== null && nodes.has(id));
    const node = state?.nodes.get(id!);
    if (!state || !node) {
      this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.nothingSelected));
      return;
    }
    this.body.replaceChildren(
      ...headOf(node),
      ...opOf(document, node),
      ...valuesOf(node, values),
      ...sourcesOf(document, node).map(sourceView),
      ...this.links(strings.inputs, inputsOf(node, state)),
      ...this.links(strings.users, usersOf(node, state)),
      ...this.joined(states, joined(history).get(node.id) ?? []),
      ...this.life(lifeOf(history, node.id)),
      ...this.inner(document, node),
    );
  }

  private links(label: string, nodes: readonly GraphNode[]): Element[] {
    if (!nodes.length) return [];
    const chips = nodes.slice(0, MOST_LINKS).map((node) => {
      const press = h("button", { type: "button", class: "tg-link" }, h("code", {}, node.label));
      press.addEventListener("click", () => this.wishes.select(node.id));
      return press;
    });
    const left = nodes.length - chips.length;
    const rest = left > 0 ? [strings.andMore(left)] : [];
    return [h("p", { class: "tg-links" }, `${label} `, ...chips, ...rest)];
  }

  /** What a merge put together. */
  private joined(states: readonly State[], ids: readonly string[]): Element[] {
    if (ids.length < 2) return [];
    const nodes = ids.flatMap((id) => {
      const home = states.find((state) => state.nodes.has(id));
      return home ? [home.nodes.get(id)!] : [];
    });
    return this.links(strings.joined(ids.length), nodes);
  }

  /** The rewrites that made, changed, matched or took the node; each leads to its step. */
  private life(moments: readonly Moment[]): Element[] {
    if (!moments.length) return [];
    const rows = moments.slice(0, MOST_LINKS).map(({ step, rule, what }) => {
      const words = strings.moment(step, rule.replaceAll("_", " "), strings.moments[what]);
      const press = h("button", { type: "button", class: "tg-link" }, words);
      press.addEventListener("click", () => this.wishes.goto(step));
      return h("li", {}, press);
    });
    return [
      h(
        "details",
        { class: "tg-life" },
        h("summary", {}, strings.life(moments.length)),
        h("ul", {}, ...rows),
      ),
    ];
  }

  private inner(document: Document, node: GraphNode): Element[] {
    const { inner } = node;
    const row: HTMLElement[] = [];
    if (opens(node)) {
      const unfold = h("button", { type: "button" }, strings.unfold);
      unfold.addEventListener("click", () => this.wishes.toggle(node.id));
      row.push(unfold);
    }
    const foldable = this.wishes.foldable(node.id);
    if (foldable) {
      const words = foldable === "open" ? strings.fold : strings.unfoldCone;
      const fold = h("button", { type: "button" }, words);
      fold.addEventListener("click", () => this.wishes.fold(node.id));
      row.push(fold);
    }
    if (inner !== undefined && document.graphs[inner]) {
      const press = h("button", { type: "button" }, strings.openInner);
      press.addEventListener("click", () => this.wishes.open(inner));
      row.push(press);
    }
    return row.length ? [h("p", { class: "tg-links" }, ...row)] : [];
  }
}
