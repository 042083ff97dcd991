// From a state and its placement to a scene.

import type { Document } from "../../protocol";
import type { Placed } from "../places";
import { ROW } from "../layout/layout";
import type { State } from "../model";
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

const MARGIN = 14;
const NO_MARKS: ReadonlySet<Mark> = new Set();

export interface SceneOptions {
  readonly marks: Marks;
  /** Replaces the type below the label, for nodes whose value is known. */
  readonly values: ReadonlyMap<string, string>;
  readonly groups: Document["groups"];
}

export function sceneOf(state: State, placed: Placed, options: SceneOptions): Scene {
  const outputs = new Set(state.outputs.map(([id]) => id));
  const { x, y } = placed.placement;
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
      output: outputs.has(id),
    };
  });
  const frames = framesOf(boxes, options.groups);
  return { boxes, lines: linesOf(state, boxes, placed), frames, ...bounds(boxes, frames) };
}

function bounds(boxes: readonly Box[], frames: readonly Frame[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const see = (x0: number, y0: number, x1: number, y1: number): void => {
    left = Math.min(left, x0);
    top = Math.min(top, y0);
    right = Math.max(right, x1);
    bottom = Math.max(bottom, y1);
  };
  for (const b of boxes) {
    const tail = b.output ? TAIL : 0;
    see(b.x - b.w / 2, b.y - b.h / 2, b.x + b.w / 2, b.y + b.h / 2 + tail);
  }
  for (const f of frames) see(f.x, f.y, f.x + f.w, f.y + f.h);
  if (left === Infinity) return { left: 0, top: 0, width: 0, height: 0 };
  return { left, top, width: right - left, height: bottom - top };
}

function linesOf(state: State, boxes: readonly Box[], { edges, placement }: Placed): Line[] {
  const at = new Map(boxes.map((box) => [box.id, box]));
  const lines: Line[] = [];
  const routes = new Map(edges.map((key, i) => [key, placement.routes[i]!]));
  for (const node of state.nodes.values()) {
    const inputs = node.inputs ?? [];
    const drawn = inputs.filter(([from]) => at.has(from)).length;
    let port = 0;
    inputs.forEach((ref, position) => {
      const from = ref[0];
      const source = at.get(from);
      const target = at.get(node.id)!;
      if (!source) return;
      port += 1;
      const tip = [target.x + (port / (drawn + 1) - 0.5) * target.w, target.y - ROW / 2] as const;
      const key = edgeKey(ref, node.id, position);
      const tail = [source.x, source.y + ROW / 2] as const;
      const points = [tail, ...(routes.get(key) ?? []), tip];
      lines.push({ key, from, to: node.id, path: curve(points), tail, tip });
    });
  }
  return lines;
}

/** A curve that leaves and enters every point vertically. */
function curve(points: readonly (readonly [number, number])[]): string {
  const [x0, y0] = points[0]!;
  let [x, y] = [x0, y0];
  let path = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  for (const [u, v] of points.slice(1)) {
    const bend = Math.max(10, Math.abs(v - y) * 0.5);
    const numbers = [x, y + bend, u, v - bend, u, v].map((n) => n.toFixed(1));
    path += `C${numbers.join(" ")}`;
    [x, y] = [u, v];
  }
  return path;
}

function framesOf(boxes: readonly Box[], groups: Document["groups"]): Frame[] {
  const members = new Map<string, Box[]>();
  for (const box of boxes) {
    const key = box.node.group;
    if (key !== undefined) members.set(key, [...(members.get(key) ?? []), box]);
  }
  return [...members].map(([key, inside]) => {
    const { left, top, width, height } = bounds(inside, []);
    return {
      key,
      label: shorten(groups?.[key]?.label ?? key),
      kind: groups?.[key]?.kind ?? "layer",
      x: left - MARGIN,
      y: top - MARGIN - 8,
      w: width + 2 * MARGIN,
      h: height + 2 * MARGIN + 8,
    };
  });
}
