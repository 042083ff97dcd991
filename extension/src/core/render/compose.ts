// From a state and its placement to a scene.

import type { Arranged } from "../arrange";
import { ROW } from "../layout/layout";
import type { GraphNode } from "../model";
import type { Placed } from "../places";
import { strings } from "../strings";
import {
  type Box,
  boxWidth,
  edgeKey,
  type Frame,
  type Line,
  type Mark,
  type Marks,
  type Scene,
  shorten,
  TAIL,
  typeOf,
} from "./scene";

const NO_MARKS: ReadonlySet<Mark> = new Set();

type Point = readonly [number, number];

export interface SceneOptions {
  readonly marks: Marks;
  /** Replaces the type below the label, for nodes whose value is known. */
  readonly values: ReadonlyMap<string, string>;
  /** Nodes on the way that the reader follows; null when he follows none. */
  readonly way?: ReadonlySet<string> | null;
  /** Whether types are written on all edges, not only on those that lead to an error. */
  readonly types?: boolean;
  /** The types that values of a run had, for nodes whose type leaves lengths open. */
  readonly shapes?: ReadonlyMap<string, readonly string[]>;
}

export function sceneOf(state: Arranged, placed: Placed, options: SceneOptions): Scene {
  const { x, y } = placed.placement;
  const tails = tailsOf(state);
  const boxes = placed.ids.map((id, i): Box => {
    const node = state.nodes.get(id)!;
    const w = boxWidth(node);
    return {
      id,
      node,
      x: x[i]!,
      y: y[i]!,
      w,
      h: ROW,
      label: shorten(node.label),
      below: shorten(options.values.get(id) ?? typeOf(node), Math.floor((w - 10) / 6.5)),
      marks: options.marks.get(id) ?? NO_MARKS,
      tails: tails.get(id) ?? [],
    };
  });
  const frames = framesOf(state, placed, options.marks);
  const lines = linesOf(state, boxes, placed, options);
  const { right } = placed;
  return { boxes, lines, frames, right, ...bounds(boxes, frames, right) };
}

/** What leaves the picture at each node, in words. */
function tailsOf(state: Arranged): ReadonlyMap<string, string[]> {
  const tails = new Map<string, string[]>();
  const put = (id: string, text: string): void =>
    void tails.set(id, [...(tails.get(id) ?? []), text]);
  for (const [id] of state.outputs) put(id, strings.output);
  for (const [shared, [id]] of state.updates) {
    put(id, strings.newValue(shorten(state.nodes.get(shared)?.label ?? shared)));
  }
  return tails;
}

function bounds(boxes: readonly Box[], frames: readonly Frame[], right: boolean) {
  let [left, top, edge, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const see = (x0: number, y0: number, x1: number, y1: number): void => {
    left = Math.min(left, x0);
    top = Math.min(top, y0);
    edge = Math.max(edge, x1);
    bottom = Math.max(bottom, y1);
  };
  for (const b of boxes) {
    const longest = Math.max(0, ...b.tails.map((text) => text.length * 6.5));
    const [dx, dy] = !b.tails.length ? [0, 0] : right ? [TAIL + longest, 0] : [0, TAIL];
    see(b.x - b.w / 2, b.y - b.h / 2, b.x + b.w / 2 + dx, b.y + b.h / 2 + dy);
  }
  for (const f of frames) see(f.x, f.y, f.x + f.w, f.y + f.h);
  if (left === Infinity) return { left: 0, top: 0, width: 0, height: 0 };
  return { left, top, width: edge - left, height: bottom - top };
}

function linesOf(
  state: Arranged,
  boxes: readonly Box[],
  { edges, placement, right }: Placed,
  options: SceneOptions,
): Line[] {
  const at = new Map(boxes.map((box) => [box.id, box]));
  const routes = new Map(edges.map((key, i) => [key, placement.routes[i]!]));
  const lines: Line[] = [];
  for (const node of state.nodes.values()) {
    const target = at.get(node.id);
    const inputs = node.inputs ?? [];
    const drawn = inputs.filter(([from]) => at.has(from)).length;
    let port = 0;
    inputs.forEach((ref, position) => {
      const source = at.get(ref[0]);
      if (!source || !target) return;
      port += 1;
      const key = edgeKey(ref, node.id, position);
      const ends = endsOf(source, target, port / (drawn + 1) - 0.5, right);
      const points = [ends[0], ...(routes.get(key) ?? []), ends[1]];
      const label = options.shapes?.get(source.id)?.[ref[1]] ?? source.node.types[ref[1]] ?? "";
      lines.push({
        ...line(points, right),
        key,
        from: source.id,
        to: target.id,
        label: wanted(source, target, options) ? shorten(label) : "",
        look: lookOf(source.id, target.id, options.way),
      });
    });
  }
  return [...lines, ...backLines(state, at, right)];
}

function lookOf(from: string, to: string, way: SceneOptions["way"]): Line["look"] {
  if (!way) return "";
  return way.has(from) && way.has(to) ? "lit" : "dim";
}

/** The types stand on the edges at an error, or on all if the reader wants it. */
function wanted(source: Box, target: Box, options: SceneOptions): boolean {
  const failed = (box: Box): boolean => box.marks.has("failed");
  return Boolean(options.types) || failed(source) || failed(target);
}

/** Where an edge begins and ends; `port` is where on its reader, from -0.5 to 0.5. */
function endsOf(source: Box, target: Box, port: number, right: boolean): readonly [Point, Point] {
  if (right) {
    return [
      [source.x + source.w / 2, source.y],
      [target.x - target.w / 2, target.y + port * (target.h - 8)],
    ];
  }
  return [
    [source.x, source.y + source.h / 2],
    [target.x + port * target.w, target.y - target.h / 2],
  ];
}

/** From the end of a turn to its beginning, round the side of the frame. */
function backLines(state: Arranged, at: ReadonlyMap<string, Box>, right: boolean): Line[] {
  return state.back.flatMap(([from, to], i): Line[] => {
    const [source, target] = [at.get(from), at.get(to)];
    if (!source || !target) return [];
    const bend = 46;
    const [sx, sy, tx, ty] = right
      ? [source.x, source.y + source.h / 2, target.x, target.y + target.h / 2]
      : [source.x + source.w / 2, source.y, target.x + target.w / 2, target.y];
    const out = right ? Math.max(sy, ty) + bend : Math.max(sx, tx) + bend;
    const path = right
      ? `M${sx} ${sy}C${sx} ${out} ${tx} ${out} ${tx} ${ty}`
      : `M${sx} ${sy}C${out} ${sy} ${out} ${ty} ${tx} ${ty}`;
    const middle = right ? ([(sx + tx) / 2, out] as const) : ([out, (sy + ty) / 2] as const);
    const key = `back ${i} ${from} ${to}`;
    return [
      { key, from, to, path, tail: [sx, sy], tip: [tx, ty], label: "", middle, look: "back" },
    ];
  });
}

/** A curve that leaves and enters every point along the direction of the picture. */
function line(
  points: readonly Point[],
  right: boolean,
): Pick<Line, "path" | "tail" | "tip" | "middle"> {
  const tail = points[0]!;
  const tip = points[points.length - 1]!;
  let [x, y] = tail;
  let path = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  for (const [u, v] of points.slice(1)) {
    const bend = right ? Math.max(10, Math.abs(u - x) * 0.5) : Math.max(10, Math.abs(v - y) * 0.5);
    const numbers = right ? [x + bend, y, u - bend, v, u, v] : [x, y + bend, u, v - bend, u, v];
    path += `C${numbers.map((n) => n.toFixed(1)).join(" ")}`;
    [x, y] = [u, v];
  }
  const [a, b] = points.slice(-2) as [Point, Point];
  return { path, tail, tip, middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
}

function framesOf(state: Arranged, { frames, placement }: Placed, marks: Marks): Frame[] {
  const depth = (key: string): number => {
    let found = 0;
    for (let at = state.frames.get(key)?.parent; at && found < 64; found += 1) {
      at = state.frames.get(at)?.parent;
    }
    return found;
  };
  return frames
    .flatMap((key, i): Frame[] => {
      const info = state.frames.get(key);
      const [x, y, w, h] = placement.frames[i]!;
      if (!info || w <= 0) return [];
      const label = shorten(info.label, Math.max(6, Math.floor((w - 34) / 7.4)));
      const own = marks.get(key) ?? NO_MARKS;
      const { kind, parent } = info;
      return [{ key, label, kind, parent, depth: depth(key), marks: own, x, y, w, h }];
    })
    .sort((a, b) => a.depth - b.depth);
}

/** Whether there is something to unfold in a node. */
export function opens(node: GraphNode): boolean {
  return node.inner !== undefined || node.id.startsWith("layer ");
}
