// A state as it is drawn: inner graphs unfolded in place, layers closed to one node, what is below a
// node folded into it. The result is a state again, whose nodes say in which frame they stand.

import type { Document, Group } from "../protocol";
import { type GraphNode, type Ref, start, type State } from "./model";

/** What the reader opened and closed. */
export interface Folding {
  /** Nodes whose inner graph is drawn in place. */
  readonly unfolded: ReadonlySet<string>;
  /** Nodes into which all is folded that only they need. */
  readonly folded: ReadonlySet<string>;
  /** Layers that are drawn as one node. */
  readonly closed: ReadonlySet<string>;
}

export const PLAIN: Folding = { unfolded: new Set(), folded: new Set(), closed: new Set() };

export interface FrameInfo {
  readonly label: string;
  readonly kind: Group["kind"];
  readonly parent: string | null;
}

export interface Arranged extends State {
  readonly frames: ReadonlyMap<string, FrameInfo>;
  /** For a node that is not drawn, the one that stands for it. */
  readonly stands: ReadonlyMap<string, string>;
  /** From an output of a turn of a loop to the input that it is in the next turn. */
  readonly back: readonly (readonly [string, string])[];
}

const DEEPEST = 12;

export function arrange(document: Document, state: State, folding: Folding): Arranged {
  const maker = new Arranger(document, folding);
  const open = maker.closeLayers(maker.fold(state));
  return maker.unfold(open);
}

class Arranger {
  private readonly stands = new Map<string, string>();
  private readonly frames = new Map<string, FrameInfo>();
  private readonly back: [string, string][] = [];

  constructor(
    private readonly document: Document,
    private readonly folding: Folding,
  ) {}

  /** Takes out what only a folded node needs; the node reads what that read. */
  fold(state: State): State {
    const roots = [...this.folding.folded].filter((id) => state.nodes.has(id));
    if (!roots.length) return state;
    const nodes = new Map(state.nodes);
    for (const root of roots) {
      const node = nodes.get(root);
      if (!node) continue;
      const cone = coneOf({ ...state, nodes }, root);
      if (!cone.size) continue;
      const reads = distinct(
        [node, ...[...cone].flatMap((id) => nodes.get(id) ?? [])]
          .flatMap(({ inputs = [] }) => inputs)
          .filter(([from]) => !cone.has(from)),
      );
      for (const id of cone) {
        nodes.delete(id);
        this.stands.set(id, root);
      }
      nodes.set(root, { ...node, label: `${node.label} +${cone.size}`, inputs: reads });
    }
    return { ...state, nodes };
  }

  /** Puts one node in the place of every closed layer. */
  closeLayers(state: State): State {
    let now = state;
    for (const key of this.folding.closed) {
      const members = [...now.nodes.values()].filter(({ group }) => this.isIn(group, key));
      if (members.length > 1) now = this.close(now, key, members);
    }
    return now;
  }

  /** Whether a frame is another one, or stands in it. */
  private isIn(group: string | undefined, key: string): boolean {
    return group !== undefined && this.around(group).includes(key);
  }

  /** A frame and those around it, from the inside out. */
  private around(group: string): string[] {
    const found: string[] = [];
    for (let at: string | undefined = group; at !== undefined;) {
      if (found.includes(at) || found.length >= DEEPEST) break;
      found.push(at);
      at = this.document.groups?.[at]?.parent;
    }
    return found;
  }

  private close(state: State, key: string, members: readonly GraphNode[]): State {
    const id = `layer ${key}`;
    const inside = new Set(members.map((node) => node.id));
    const given: Ref[] = [];
    const seen = new Map<string, number>();
    const through = (ref: Ref): Ref => {
      if (!inside.has(ref[0])) return ref;
      const name = ref.join(":");
      if (!seen.has(name)) seen.set(name, given.push(ref) - 1);
      return [id, seen.get(name)!];
    };
    const nodes = new Map<string, GraphNode>();
    for (const node of state.nodes.values()) {
      if (inside.has(node.id)) {
        this.stands.set(node.id, id);
        if (!nodes.has(id)) nodes.set(id, node); // holds the place in the order
      } else
        nodes.set(node.id, {
          ...node,
          ...(node.inputs ? { inputs: node.inputs.map(through) } : {}),
        });
    }
    const outputs = state.outputs.map(through);
    const updates = state.updates.map(([shared, ref]) => [shared, through(ref)] as const);
    const reads = distinct(
      members.flatMap(({ inputs = [] }) => inputs).filter(([from]) => !inside.has(from)),
    );
    const label = this.document.groups?.[key]?.label ?? key;
    const around = this.around(key)[1];
    const types = given.map(([from, output]) => state.nodes.get(from)?.types[output] ?? "?");
    nodes.set(id, {
      id,
      kind: "apply",
      label: `${label} +${members.length}`,
      types,
      inputs: reads,
      ...(around === undefined ? {} : { group: around }),
    });
    return { nodes, outputs, updates };
  }

  /** Draws what is inside unfolded nodes in their place. */
  unfold(state: State): Arranged {
    for (const { group } of state.nodes.values()) {
      if (group === undefined || this.frames.has(group)) continue;
      const around = this.around(group);
      around.forEach((key, i) => {
        if (this.frames.has(key)) return;
        const known = this.document.groups?.[key];
        const kind = known?.kind ?? "layer";
        this.frames.set(key, { label: known?.label ?? key, kind, parent: around[i + 1] ?? null });
      });
    }
    const { frames, stands, back } = this;
    const opens = [...this.folding.unfolded].some((id) => state.nodes.has(id));
    const opened = opens ? this.opened(state, "", null, 0) : state;
    return { ...opened, frames, stands, back };
  }

  private opened(state: State, prefix: string, frame: string | null, depth: number): State {
    const nodes = new Map<string, GraphNode>();
    const replaced = new Map<string, Ref>();
    const real = (ref: Ref): Ref => replaced.get(ref.join(":")) ?? [prefix + ref[0], ref[1]];
    for (const node of sorted(state)) {
      const id = prefix + node.id;
      const inputs = node.inputs?.map(real);
      const inner = node.inner === undefined ? undefined : this.document.graphs[node.inner];
      if (!inner || !this.folding.unfolded.has(id) || depth >= DEEPEST) {
        nodes.set(id, {
          ...node,
          id,
          ...(inputs ? { inputs } : {}),
          ...(frame === null ? {} : { group: frame }),
        });
        continue;
      }
      const outputs = this.inside(
        node,
        id,
        inputs ?? [],
        frame ?? node.group ?? null,
        nodes,
        depth,
      );
      outputs.forEach((ref, i) => replaced.set(`${node.id}:${i}`, ref));
    }
    const outputs = state.outputs.map(real);
    const updates = state.updates.map(([id, ref]) => [prefix + id, real(ref)] as const);
    return { nodes, outputs, updates };
  }

  /** Adds the inner nodes of one node; gives what its outputs are now. */
  private inside(
    node: GraphNode,
    id: string,
    inputs: readonly Ref[],
    parent: string | null,
    nodes: Map<string, GraphNode>,
    depth: number,
  ): Ref[] {
    const inner = start(this.document.graphs[node.inner!]!);
    const loop = node.back !== undefined;
    this.frames.set(id, { label: node.label, kind: loop ? "scan" : "fused", parent });
    const opened = this.opened(inner, `${id}/`, id, depth + 1);
    const leaves = [...inner.nodes.values()].filter((one) => one.kind === "input");
    const fed = new Map<string, Ref>();
    leaves.forEach((leaf, i) => {
      const ref = inputs[node.feeds ? (node.feeds[i] ?? -1) : i];
      if (ref) fed.set(`${id}/${leaf.id}`, ref);
    });
    const through = (ref: Ref): Ref => (loop ? ref : (fed.get(ref[0]) ?? ref));
    for (const one of opened.nodes.values()) {
      const feed = fed.get(one.id);
      if (feed && !loop) this.stands.set(one.id, feed[0]);
      else if (feed) nodes.set(one.id, { ...one, inputs: [feed] });
      else
        nodes.set(one.id, { ...one, ...(one.inputs ? { inputs: one.inputs.map(through) } : {}) });
    }
    const outputs = opened.outputs.map(through);
    for (const [out, into] of node.back ?? []) {
      const [from, to] = [outputs[out]?.[0], leaves[into] && `${id}/${leaves[into].id}`];
      if (from !== undefined && to !== undefined) this.back.push([from, to]);
    }
    if (outputs[0]) this.stands.set(id, outputs[0][0]);
    return outputs;
  }
}

/** All that a node needs and nobody else does. */
export function coneOf(state: State, root: string): Set<string> {
  const readers = new Map<string, number>();
  const count = (id: string): void => void readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const node of state.nodes.values()) node.inputs?.forEach(([from]) => count(from));
  for (const [id] of state.outputs) count(id);
  for (const [, [id]] of state.updates) count(id);
  const cone = new Set<string>();
  const stack = [root];
  while (stack.length) {
    for (const [from] of state.nodes.get(stack.pop()!)?.inputs ?? []) {
      const left = readers.get(from)! - 1;
      readers.set(from, left);
      const node = state.nodes.get(from);
      const own = node && from !== root && (node.kind === "apply" || node.kind === "constant");
      if (left > 0 || !own || cone.has(from)) continue;
      cone.add(from);
      stack.push(from);
    }
  }
  return cone;
}

function distinct(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((ref) => [ref.join(":"), ref])).values()];
}

/** Nodes after what they read; where they read in a circle, as they come. */
function sorted(state: State): GraphNode[] {
  const done = new Set<string>();
  const found: GraphNode[] = [];
  for (const root of state.nodes.values()) {
    const path: [GraphNode, number][] = [];
    const enter = (node: GraphNode | undefined): void => {
      if (!node || done.has(node.id)) return;
      done.add(node.id);
      path.push([node, 0]);
    };
    enter(root);
    while (path.length) {
      const top = path.at(-1)!;
      const ref = top[0].inputs?.[top[1]++];
      if (ref) enter(state.nodes.get(ref[0]));
      else found.push(path.pop()![0]);
    }
  }
  return found;
}
