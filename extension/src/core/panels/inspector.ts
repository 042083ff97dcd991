// The card of the selected node: what it is, where it was written, whom it reads and who reads it.

import type { Document, Source, Value } from "../../protocol";
import { h } from "../dom";
import type { GraphNode, State } from "../model";
import { typeOf } from "../render/scene";
import { strings } from "../strings";
import { valueView } from "../values";
import { equation } from "./explain";

export class Inspector {
  readonly element: HTMLElement;
  private readonly body = h("div");

  constructor(
    private readonly select: (id: string) => void,
    private readonly open: (graph: string) => void,
  ) {
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
    id: string | null,
    values: readonly Value[] | undefined,
  ): void {
    const state = states.find(({ nodes }) => id !== null && nodes.has(id));
    const node = state?.nodes.get(id!);
    if (!state || !node) {
      this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.nothingSelected));
      return;
    }
    const info = node.op === undefined ? undefined : document.ops?.[node.op];
    const sources = (node.sources ?? []).flatMap((i) => document.sources?.[i] ?? []);
    this.body.replaceChildren(
      h("h3", { class: "tg-rule" }, node.label, " ", h("small", {}, strings.kinds[node.kind])),
      h("p", {}, h("code", { class: "tg-type" }, typeOf(node))),
      ...(info?.doc ? [h("p", {}, info.doc)] : []),
      ...equation(node.latex ?? info?.latex, undefined),
      ...(info?.domain ? [h("p", { class: "tg-quiet" }, `${strings.domain}: ${info.domain}`)] : []),
      ...(values ? values.map((value) => valueView(value)) : known(node)),
      ...sources.map(source),
      ...this.links(strings.inputs, inputsOf(node, state)),
      ...this.links(strings.users, usersOf(node, state)),
      ...this.inner(document, node),
    );
  }

  private links(label: string, nodes: readonly GraphNode[]): Element[] {
    if (!nodes.length) return [];
    const chips = nodes.map((node) => {
      const press = h("button", { type: "button", class: "tg-link" }, h("code", {}, node.label));
      press.addEventListener("click", () => this.select(node.id));
      return press;
    });
    return [h("p", { class: "tg-links" }, `${label} `, ...chips)];
  }

  private inner(document: Document, node: GraphNode): Element[] {
    const { inner } = node;
    if (inner === undefined || !document.graphs[inner]) return [];
    const press = h("button", { type: "button" }, strings.openInner);
    press.addEventListener("click", () => this.open(inner));
    return [press];
  }
}

function known(node: GraphNode): Element[] {
  return node.value === undefined ? [] : [h("pre", { tabindex: 0 }, node.value)];
}

export function inputsOf(node: GraphNode, state: State): GraphNode[] {
  return (node.inputs ?? []).flatMap(([id]) => state.nodes.get(id) ?? []);
}

export function usersOf(node: GraphNode, state: State): GraphNode[] {
  return [...state.nodes.values()].filter((user) => user.inputs?.some(([id]) => id === node.id));
}

/** The line of the user's program, with the part that made the node marked. */
function source(from: Source): HTMLElement {
  const place =
    from.cell === undefined
      ? strings.line(from.file ?? "", from.line)
      : strings.cell(from.cell, from.line);
  const lines = from.text.split("\n");
  const begin = from.column ?? 0;
  const whole = from.column === undefined || from.end_column === undefined;
  const end = whole || lines.length > 1 ? from.text.length : from.end_column;
  return h(
    "div",
    { class: "tg-source" },
    h("p", { class: "tg-quiet" }, `${strings.source} ${place}`),
    h(
      "pre",
      { tabindex: 0 },
      from.text.slice(0, begin),
      h("mark", {}, from.text.slice(begin, end)),
      from.text.slice(end),
    ),
  );
}
