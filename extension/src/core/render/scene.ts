// What is to be seen, before it is known how: boxes, lines and frames with their marks.

import type { Arranged } from "../arrange";
import type { Request } from "../layout/graph";
import type { GraphNode, Ref, State } from "../model";
import { widthOf } from "./measure";

/** What may be true of a node in a picture, from the least to the most urgent. */
export const MARKS = [
  "dim",
  "evaluated",
  "lit",
  "found",
  "joined",
  "stopped",
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
  /** What leaves the picture here: outputs and new values of shared variables. */
  readonly tails: readonly string[];
}

export interface Line {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly tail: readonly [number, number];
  readonly tip: readonly [number, number];
  /** The type of what goes along it, and the middle of it. */
  readonly label: string;
  readonly middle: readonly [number, number];
  /** `back`: to the next turn of a loop; `lit`: on the way that the reader follows. */
  readonly look: "" | "back" | "lit" | "dim";
}

export interface Frame {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  /** The key of the frame around it. */
  readonly parent: string | null;
  readonly depth: number;
  readonly marks: ReadonlySet<Mark>;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Scene {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly frames: readonly Frame[];
  readonly right: boolean;
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

export interface Requested {
  readonly ids: string[];
  readonly edges: string[];
  readonly frames: string[];
  readonly request: Request;
}

/**
 * A state in the terms of the layout. The order of the document decides where nothing else does, so
 * that a state looks the same however a reader came to it.
 */
export function requestOf(
  state: State & Partial<Pick<Arranged, "frames">>,
  order: ReadonlyMap<string, number>,
  prior: (id: string) => { x: number; weight: number } | null,
  right = false,
  more: readonly (readonly [string, number, Ref])[] = [],
): Requested {
  const first = (id: string): number => order.get(id) ?? order.get(id.split("/")[0]!) ?? 0;
  const ids = [...state.nodes.keys()].sort((a, b) => first(a) - first(b));
  const at = new Map(ids.map((id, i) => [id, i]));
  const pairs: [number, number][] = [];
  const edges: string[] = [];
  const edge = (ref: Ref, reader: string, position: number): void => {
    const source = at.get(ref[0]);
    if (source === undefined) return;
    pairs.push([source, at.get(reader)!]);
    edges.push(edgeKey(ref, reader, position));
  };
  if (more.length) for (const [reader, position, ref] of more) edge(ref, reader, position);
  else {
    for (const id of ids) {
      state.nodes.get(id)!.inputs?.forEach((ref, position) => edge(ref, id, position));
    }
  }
  const width = ids.map((id) => boxWidth(state.nodes.get(id)!));
  const request: Request = { width, edges: pairs, prior: ids.map(prior), right };
  const frames = [...(state.frames?.keys() ?? [])];
  if (!frames.length) return { ids, edges, frames, request };
  const number = new Map(frames.map((key, i) => [key, i]));
  const group = ids.map((id) => number.get(state.nodes.get(id)!.group ?? "") ?? -1);
  const parents = frames.map((key) => number.get(state.frames!.get(key)!.parent ?? "") ?? -1);
  return { ids, edges, frames, request: { ...request, group, parents } };
}
