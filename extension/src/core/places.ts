// Where the nodes of every state are drawn. Each layout starts from the one before it, so that a node
// keeps its place; small graphs get all layouts in between, so the way to a step does not matter.

import { Layouter } from "./layout/client";
import type { Placement } from "./layout/graph";
import { layout } from "./layout/layout";
import { type History, replacements } from "./model";
import { requestOf } from "./render/scene";

export interface Placed {
  readonly ids: readonly string[];
  /** The keys of the edges, in the order of the routes. */
  readonly edges: readonly string[];
  readonly placement: Placement;
}

/** Up to this many nodes every step on the way is laid out. */
const CHAIN_BELOW = 200;
const HOLDS = 3;
const HINTS = 0.001;

export class Places {
  private readonly layouter = new Layouter();
  private readonly known = new Map<number, Placed>();

  constructor(private readonly history: History) {}

  /** Hands over the placement of step `k`: at once for small graphs, later for large ones. */
  get(k: number, done: (placed: Placed) => void): void {
    const found = this.known.get(k);
    if (found) {
      done(found);
      return;
    }
    const state = this.history.at(k);
    if (state.nodes.size < CHAIN_BELOW && k > 0) {
      done(this.chain(k));
      return;
    }
    const before = this.nearest(k);
    const { ids, edges, request } = requestOf(state, this.history.order, this.prior(k, before));
    this.layouter.place(request, (placement) => {
      const placed = { ids, edges, placement };
      this.known.set(k, placed);
      done(placed);
    });
  }

  dispose(): void {
    this.layouter.dispose();
  }

  private chain(k: number): Placed {
    let from = k;
    while (from > 0 && !this.known.has(from) && this.small(from - 1)) from -= 1;
    for (let step = from; step <= k; step += 1) {
      if (this.known.has(step)) continue;
      const { ids, edges, request } = requestOf(
        this.history.at(step),
        this.history.order,
        this.prior(step, this.known.get(step - 1)),
      );
      this.known.set(step, { ids, edges, placement: layout(request) });
    }
    return this.known.get(k)!;
  }

  private small(k: number): boolean {
    return this.history.at(k).nodes.size < CHAIN_BELOW;
  }

  private nearest(k: number): Placed | undefined {
    const steps = [...this.known.keys()].sort((a, b) => Math.abs(a - k) - Math.abs(b - k));
    return this.known.get(steps[0] ?? -1);
  }

  /** Old nodes hold their place; new ones are drawn to where those that they replace stood. */
  private prior(k: number, before: Placed | undefined) {
    const x = new Map(before?.ids.map((id, i) => [id, before.placement.x[i]!]));
    const hints = new Map<string, number>();
    const rewrite = this.history.rewrites[k - 1];
    for (const [old, now] of rewrite ? replacements(rewrite) : []) {
      const at = x.get(old);
      for (const id of now) if (at !== undefined && !hints.has(id)) hints.set(id, at);
    }
    return (id: string): { x: number; weight: number } | null => {
      const held = x.get(id);
      if (held !== undefined) return { x: held, weight: HOLDS };
      const hint = hints.get(id);
      return hint === undefined ? null : { x: hint, weight: HINTS };
    };
  }
}
