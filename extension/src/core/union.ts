// All states of a graph as one, so that nothing has to move between them.

import type { Arranged } from "./arrange";
import type { GraphNode, Ref } from "./model";
import type { Placed } from "./places";

export interface Union extends Arranged {
  /** Edges of other states than the one whose node was kept: (reader, position, ref). */
  readonly more: readonly (readonly [string, number, Ref])[];
}

/** Every node that is in a state, with every edge that it ever had. */
export function union(states: readonly Arranged[]): Union {
  const nodes = new Map<string, GraphNode>();
  const more = new Map<string, readonly [string, number, Ref]>();
  const frames = new Map<
    string,
    Arranged["frames"] extends ReadonlyMap<string, infer F> ? F : never
  >();
  for (const state of states) {
    for (const [key, frame] of state.frames) frames.set(key, frame);
    for (const node of state.nodes.values()) {
      if (nodes.get(node.id) === node) continue;
      nodes.set(node.id, node);
      node.inputs?.forEach((ref, position) => {
        more.set(`${ref.join(":")}>${node.id}:${position}`, [node.id, position, ref]);
      });
    }
  }
  const [last] = states.slice(-1);
  return {
    nodes,
    frames,
    more: [...more.values()],
    outputs: last?.outputs ?? [],
    updates: last?.updates ?? [],
    stands: new Map(),
    back: [],
  };
}

/** The places of one state out of those of all. */
export function restricted(all: Placed, state: Arranged): Placed {
  const present = all.ids.flatMap((id, i) => (state.nodes.has(id) ? [i] : []));
  const used = new Set([...state.nodes.values()].flatMap(({ group }) => around(state, group)));
  const frames = all.frames.flatMap((key, i) => (used.has(key) ? [i] : []));
  const { placement } = all;
  return {
    ids: present.map((i) => all.ids[i]!),
    edges: all.edges,
    frames: frames.map((i) => all.frames[i]!),
    right: all.right,
    placement: {
      x: Float64Array.from(present, (i) => placement.x[i]!),
      y: Float64Array.from(present, (i) => placement.y[i]!),
      rank: Int32Array.from(present, (i) => placement.rank[i]!),
      routes: placement.routes,
      circular: false,
      frames: frames.map((i) => placement.frames[i]!),
    },
  };
}

function around(state: Arranged, group: string | undefined): string[] {
  const found: string[] = [];
  for (let at = group ?? null; at !== null && found.length < 64;) {
    found.push(at);
    at = state.frames.get(at)?.parent ?? null;
  }
  return found;
}
