// What is to be seen, before it is known how: boxes, lines and frames with their marks.

import type { Request } from "../layout/graph";
import type { GraphNode, Ref, State } from "../model";
import { widthOf } from "./measure";

/** What may be true of a node in a picture, from the least to the most urgent. */
export const MARKS = [
  "evaluated",
  "twin",
  "rewired",
  "gone",
  "matched",
  "added",
  "running",
  "failed",
  "selected",
] as const;

export type Mark = (typeof MARKS)[number];
export type Marks = ReadonlyMap<string, ReadonlySet<Mark>>;

export interface Box {
  readonly id: string;
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly label: string;
  readonly below: string;
  readonly marks: ReadonlySet<Mark>;
  readonly output: boolean;
}

export interface Line {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly tail: readonly [number, number];
  readonly tip: readonly [number, number];
}

export interface Frame {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Scene {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly frames: readonly Frame[];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const LONGEST = 28;
const PADDING = 12;
/** Room below an output for the arrow that leaves the picture. */
export const TAIL = 26;

export function shorten(text: string, longest = LONGEST): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

export function typeOf(node: GraphNode): string {
  return node.types.join(", ");
}

/** How wide a node is drawn: its label in bold, its type below in small fixed type. */
export function boxWidth(node: GraphNode): number {
  const label = widthOf(shorten(node.label), 15);
  const type = shorten(typeOf(node)).length * 6.7;
  return Math.max(58, Math.round(Math.max(label, type) + 2 * PADDING));
}

/** Names an edge: from an output of a node to an input of another. */
export function edgeKey([from, output]: Ref, to: string, position: number): string {
  return `${from}:${output}>${to}:${position}`;
}

/**
 * A state in the terms of the layout. The order of the document decides where nothing else does, so
 * that a state looks the same however a reader came to it.
 */
export function requestOf(
  state: State,
  order: ReadonlyMap<string, number>,
  prior: (id: string) => { x: number; weight: number } | null,
): { ids: string[]; edges: string[]; request: Request } {
  const ids = [...state.nodes.keys()].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const at = new Map(ids.map((id, i) => [id, i]));
  const pairs: [number, number][] = [];
  const edges: string[] = [];
  ids.forEach((id, reader) => {
    state.nodes.get(id)!.inputs?.forEach((ref, position) => {
      const source = at.get(ref[0]);
      if (source === undefined) return;
      pairs.push([source, reader]);
      edges.push(edgeKey(ref, id, position));
    });
  });
  const width = ids.map((id) => boxWidth(state.nodes.get(id)!));
  return { ids, edges, request: { width, edges: pairs, prior: ids.map(prior) } };
}
