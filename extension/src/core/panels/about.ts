// What there is to say about a node, in parts that the inspector and the hover card share.

import type { Document, Source, Value } from "../../protocol";
import { h } from "../dom";
import type { GraphNode, State } from "../model";
import { typeOf } from "../render/scene";
import { strings } from "../strings";
import { brief, valueView } from "../values";
import { equation } from "./explain";

/** Name, kind and type. */
export function headOf(node: GraphNode): Element[] {
  return [
    h("h3", { class: "tg-rule" }, node.label, " ", h("small", {}, strings.kinds[node.kind])),
    h("p", {}, h("code", { class: "tg-type" }, typeOf(node))),
  ];
}

/** What its op does, in words and as a formula. */
export function opOf(document: Document, node: GraphNode): Element[] {
  const info = node.op === undefined ? undefined : document.ops?.[node.op];
  return [
    ...(info?.doc ? [h("p", {}, info.doc)] : []),
    ...equation(node.latex ?? info?.latex, undefined),
    ...(info?.domain ? [h("p", { class: "tg-quiet" }, `${strings.domain}: ${info.domain}`)] : []),
  ];
}

export function valuesOf(node: GraphNode, values: readonly Value[] | undefined): Element[] {
  if (values) return values.map((value) => valueView(value));
  return node.value === undefined ? [] : [h("pre", { tabindex: 0 }, node.value)];
}

/** The value in a few signs, for a card that is small. */
export function briefValue(node: GraphNode, values: readonly Value[] | undefined): Element[] {
  const text = brief(values) ?? (node.value === undefined ? undefined : `= ${node.value}`);
  return text === undefined ? [] : [h("p", {}, h("code", {}, text.slice(0, 200)))];
}

const MOST_LINES = 4;

/** Where a node was written: each line once, with all of it that made the node. */
export function sourcesOf(document: Document, node: GraphNode): Source[] {
  const lines = new Map<string, Source>();
  for (const i of node.sources ?? []) {
    const from = document.sources?.[i];
    if (!from) continue;
    const key = `${placeOf(from)} ${from.text}`;
    const known = lines.get(key);
    lines.set(key, known ? hull(known, from) : from);
  }
  return [...lines.values()].slice(0, MOST_LINES);
}

/** From the first column of both to the last. */
function hull(a: Source, b: Source): Source {
  const whole = [a, b].some((one) => one.column === undefined || one.end_column === undefined);
  if (whole || a.text.includes("\n")) return a;
  return {
    ...a,
    column: Math.min(a.column!, b.column!),
    end_column: Math.max(a.end_column!, b.end_column!),
  };
}

export function inputsOf(node: GraphNode, state: State): GraphNode[] {
  return (node.inputs ?? []).flatMap(([id]) => state.nodes.get(id) ?? []);
}

export function usersOf(node: GraphNode, state: State): GraphNode[] {
  return [...state.nodes.values()].filter((user) => user.inputs?.some(([id]) => id === node.id));
}

/** Where a piece of the program stands, in words. */
export function placeOf(from: Source): string {
  return from.cell === undefined
    ? strings.line(from.file ?? "", from.line)
    : strings.cell(from.cell, from.line);
}

/** The line of the user's program, with the part that made the node marked. */
export function sourceView(from: Source): HTMLElement {
  const lines = from.text.split("\n");
  const begin = from.column ?? 0;
  const whole = from.column === undefined || from.end_column === undefined;
  const end = whole || lines.length > 1 ? from.text.length : from.end_column;
  return h(
    "div",
    { class: "tg-source" },
    h("p", { class: "tg-quiet" }, `${strings.source} ${placeOf(from)}`),
    h(
      "pre",
      { tabindex: 0 },
      from.text.slice(0, begin),
      h("mark", {}, from.text.slice(begin, end)),
      from.text.slice(end),
    ),
  );
}
