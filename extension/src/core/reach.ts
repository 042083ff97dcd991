// Who leads to a node, who follows from it, and what lies between two nodes.

import type { State } from "./model";

export type Reach = "none" | "ancestors" | "descendants" | "both" | "path";

type Graph = Pick<State, "nodes">;

/** All that a node needs, itself included. */
export function ancestors({ nodes }: Graph, id: string): Set<string> {
  return closure(id, (at) => (nodes.get(at)?.inputs ?? []).map(([from]) => from));
}

/** All that needs a node, itself included. */
export function descendants({ nodes }: Graph, id: string): Set<string> {
  const users = new Map<string, string[]>();
  for (const node of nodes.values()) {
    for (const [from] of node.inputs ?? []) {
      const known = users.get(from);
      if (known) known.push(node.id);
      else users.set(from, [node.id]);
    }
  }
  return closure(id, (at) => users.get(at) ?? []);
}

function closure(id: string, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set([id]);
  const stack = [id];
  while (stack.length) {
    for (const one of next(stack.pop()!)) {
      if (seen.has(one)) continue;
      seen.add(one);
      stack.push(one);
    }
  }
  return seen;
}

/** All nodes on the ways from one node to another, whichever of them comes first. */
export function between(graph: Graph, a: string, b: string): Set<string> {
  const below = descendants(graph, a);
  const [from, to] = below.has(b) ? [a, b] : [b, a];
  const down = from === a ? below : descendants(graph, from);
  const up = ancestors(graph, to);
  return new Set([...down].filter((id) => up.has(id)));
}

/** The nodes that a reader wants to see, or null for all alike. */
export function reached(
  graph: Graph,
  reach: Reach,
  selected: string | null,
  anchor: string | null,
): ReadonlySet<string> | null {
  if (reach === "none" || selected === null || !graph.nodes.has(selected)) return null;
  if (reach === "ancestors") return ancestors(graph, selected);
  if (reach === "descendants") return descendants(graph, selected);
  if (reach === "both") {
    return new Set([...ancestors(graph, selected), ...descendants(graph, selected)]);
  }
  if (anchor === null || anchor === selected || !graph.nodes.has(anchor)) return null;
  const found = between(graph, anchor, selected);
  return found.size ? found : new Set([anchor, selected]);
}
