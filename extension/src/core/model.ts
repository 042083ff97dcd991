// The states of a graph between its rewrites. A state is a value: stepping makes new ones.

import type { Declined, Document, Node as GraphNode, Rewrite, Snapshot } from "../protocol";
import { FIRST_GRAPH } from "./read";

export type { GraphNode, Rewrite };
export type Ref = readonly [string, number];

export interface State {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly outputs: readonly Ref[];
  readonly updates: readonly (readonly [string, Ref])[];
}

/** The part of a rewrite that changes a state. */
export type Delta = Pick<Rewrite, "add" | "remove" | "rewire" | "outputs" | "updates">;

/** A pass, as the rewrites from `start` up to, not including, `end`; `us` is how long all of it took. */
export interface Pass {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly us?: number;
}

const CHECKPOINT = 25;

export function start(snapshot: Snapshot): State {
  const nodes = new Map(snapshot.nodes.map((node) => [node.id, node]));
  return { nodes, outputs: snapshot.outputs, updates: snapshot.updates ?? [] };
}

/** The state after a change; what the change names and the state lacks is passed over. */
export function apply(state: State, change: Delta): State {
  const nodes = new Map(state.nodes);
  for (const node of change.add) nodes.set(node.id, node);
  for (const [user, position, to] of change.rewire) {
    const node = nodes.get(user);
    if (!node || position >= (node.inputs?.length ?? 0)) continue;
    nodes.set(user, { ...node, inputs: node.inputs!.with(position, to) });
  }
  let { outputs, updates } = state;
  for (const [position, to] of change.outputs) {
    if (position < outputs.length) outputs = outputs.with(position, to);
  }
  for (const [position, to] of change.updates ?? []) {
    const update = updates[position];
    if (update) updates = updates.with(position, [update[0], to]);
  }
  for (const id of change.remove) nodes.delete(id);
  return { nodes, outputs, updates };
}

/** The change that leads from `apply(state, change)` back to `state`. */
export function inverse(state: State, change: Delta): Delta {
  const touched = new Set([...change.remove, ...change.add.map((node) => node.id)]);
  const rewire = change.rewire.flatMap(([user, position]): [string, number, Ref][] => {
    const was = touched.has(user) ? undefined : state.nodes.get(user)?.inputs?.[position];
    return was ? [[user, position, was]] : [];
  });
  return {
    add: [...touched].flatMap((id) => state.nodes.get(id) ?? []),
    remove: change.add.map((node) => node.id).filter((id) => !state.nodes.has(id)),
    rewire,
    outputs: change.outputs.flatMap(([position]): [number, Ref][] => {
      const was = state.outputs[position];
      return was ? [[position, was]] : [];
    }),
    updates: (change.updates ?? []).flatMap(([position]): [number, Ref][] => {
      const was = state.updates[position];
      return was ? [[position, was[1]]] : [];
    }),
  };
}

/** All states of one graph of a document, and who came from whom. */
export class History {
  readonly rewrites: readonly Rewrite[];
  readonly passes: readonly Pass[];
  readonly length: number;
  /** Microseconds of the rewrites, as far as they are told: all of them, and the longest. */
  readonly times: { readonly total: number; readonly longest: number };
  /** Every node that ever was, numbered in the order of the document. */
  readonly order: ReadonlyMap<string, number>;
  private readonly kept: State[];
  private readonly back: Delta[] = [];
  private here: { readonly k: number; readonly state: State };
  private readonly origins = new Map<string, Set<string>>();

  constructor(document: Document, graph: string = FIRST_GRAPH) {
    const snapshot = document.graphs[graph] ?? { nodes: [], outputs: [] };
    this.rewrites = document.timeline.filter(
      (event): event is Rewrite => event.t === "rewrite" && (event.graph ?? FIRST_GRAPH) === graph,
    );
    this.passes = passes(document, graph);
    this.length = this.rewrites.length;
    this.times = timesOf(this.rewrites);
    this.kept = [start(snapshot)];
    this.here = { k: 0, state: this.kept[0]! };
    const ids = [snapshot.nodes, ...this.rewrites.map(({ add }) => add)].flat();
    this.order = new Map(ids.map(({ id }, i) => [id, i]));
    for (const node of snapshot.nodes) this.origins.set(node.id, new Set([node.id]));
    for (const rewrite of this.rewrites) this.inherit(rewrite);
  }

  /** The state after `k` rewrites, from the nearest one that is known. */
  at(k: number): State {
    const goal = Math.max(0, Math.min(this.length, Math.round(k)));
    const checkpoint = Math.min(Math.floor(goal / CHECKPOINT), this.kept.length - 1);
    if (Math.abs(goal - this.here.k) > Math.abs(goal - checkpoint * CHECKPOINT)) {
      this.here = { k: checkpoint * CHECKPOINT, state: this.kept[checkpoint]! };
    }
    while (this.here.k < goal) this.forwards();
    while (this.here.k > goal) this.backwards();
    return this.here.state;
  }

  private forwards(): void {
    const { k, state } = this.here;
    this.back[k] ??= inverse(state, this.rewrites[k]!);
    const next = apply(state, this.rewrites[k]!);
    this.here = { k: k + 1, state: next };
    if ((k + 1) % CHECKPOINT === 0) this.kept[(k + 1) / CHECKPOINT] ??= next;
  }

  private backwards(): void {
    const { k, state } = this.here;
    this.here = { k: k - 1, state: apply(state, this.back[k - 1]!) };
  }

  /** The nodes of the first state from which a node came. */
  originsOf(id: string): ReadonlySet<string> {
    return this.origins.get(id) ?? new Set();
  }

  /** The nodes of a state that came from one of these nodes, themselves included. */
  kin(ids: Iterable<string>, state: State): ReadonlySet<string> {
    const roots = new Set<string>();
    for (const id of ids) for (const root of this.originsOf(id)) roots.add(root);
    const found = new Set<string>();
    for (const id of state.nodes.keys()) {
      for (const root of this.originsOf(id)) if (roots.has(root)) found.add(id);
    }
    return found;
  }

  private inherit(rewrite: Rewrite): void {
    for (const [old, now] of replacements(rewrite)) {
      for (const id of now) {
        const heirs = this.origins.get(id) ?? new Set();
        for (const root of this.originsOf(old)) heirs.add(root);
        this.origins.set(id, heirs);
      }
    }
  }
}

function timesOf(rewrites: readonly Rewrite[]): { total: number; longest: number } {
  let [total, longest] = [0, 0];
  for (const { us = 0 } of rewrites) {
    total += us;
    longest = Math.max(longest, us);
  }
  return { total, longest };
}

/** Who stands for whom; a node that is still there stands for itself. */
export function replacements(rewrite: Rewrite): [string, readonly string[]][] {
  const gone = new Set(rewrite.remove).add(rewrite.at ?? "");
  return Object.entries(rewrite.map).filter(([old]) => gone.has(old));
}

function passes(document: Document, graph: string): Pass[] {
  const found: Pass[] = [];
  let seen = 0;
  let open: { name: string; start: number } | undefined;
  const close = (us?: number): void => {
    const took = us === undefined ? {} : { us };
    if (open && seen > open.start) found.push({ ...open, end: seen, ...took });
    open = undefined;
  };
  for (const event of document.timeline) {
    if (event.t === "pass-begin") {
      close();
      open = { name: event.name, start: seen };
    } else if (event.t === "pass-end") close(event.us);
    else if (event.t === "rewrite" && (event.graph ?? FIRST_GRAPH) === graph) {
      open ??= { name: "", start: seen };
      seen += 1;
    }
  }
  close();
  return found;
}

/** The steps at which rules declined. */
export function declinedSteps(document: Document, graph: string): readonly number[] {
  let seen = 0;
  const found = new Set<number>();
  for (const event of document.timeline) {
    if (event.t !== "rewrite" && event.t !== "declined") continue;
    if ((event.graph ?? FIRST_GRAPH) !== graph) continue;
    if (event.t === "rewrite") seen += 1;
    else found.add(seen);
  }
  return [...found];
}

/** The rules that declined between rewrite `k` and the one before it. */
export function declinedBefore(document: Document, graph: string, k: number): Declined[] {
  let seen = 0;
  const found: Declined[] = [];
  for (const event of document.timeline) {
    if (event.t === "pass-begin" || event.t === "pass-end") continue;
    if ((event.graph ?? FIRST_GRAPH) !== graph) continue;
    if (event.t === "rewrite") seen += 1;
    else if (event.t === "declined" && seen === k) found.push(event);
  }
  return found;
}
