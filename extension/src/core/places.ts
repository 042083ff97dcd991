// Where the nodes of every state are drawn. Each layout starts from the one before it, so that a node
// keeps its place; small graphs get all layouts in between, so the way to a step does not matter. Or
// nothing moves at all: then one layout of all states together serves each of them.

import type { Arranged } from "./arrange";
import { Layouter } from "./layout/client";
import type { Placement } from "./layout/graph";
import { place } from "./layout/nested";
import { type History, replacements } from "./model";
import type { Layouting } from "./options";
import { restricted, union } from "./union";
import { type Requested, requestOf } from "./render/scene";

export interface Placed {
  readonly ids: readonly string[];
  /** The keys of the edges, in the order of the routes. */
  readonly edges: readonly string[];
  /** The keys of the frames, in the order of the rectangles. */
  readonly frames: readonly string[];
  readonly placement: Placement;
  readonly right: boolean;
}

/** Up to this many nodes every step on the way is laid out. */
const CHAIN_BELOW = 200;
/** Up to this many nodes in all states together nothing needs to move. */
const UNION_BELOW = 1_500;
const HOLDS = 3;
const HINTS = 0.001;

export class Places {
  private readonly layouter = new Layouter();
  private known = new Map<number, Placed>();
  private before = new Map<number, Placed>();
  private whole: Placed | null | undefined;

  constructor(
    private readonly history: History,
    private readonly state: (k: number) => Arranged = (k) => plain(history, k),
    private layouting: Layouting = { direction: "down", still: false },
  ) {}

  /** Hands over the placement of step `k`: at once for small graphs, later for large ones. */
  get(k: number, done: (placed: Placed) => void): void {
    const found = this.known.get(k);
    if (found) {
      done(found);
      return;
    }
    if (this.layouting.still && this.history.length > 0) {
      this.whole ??= this.together();
      if (this.whole) {
        const placed = restricted(this.whole, this.state(k));
        this.known.set(k, placed);
        done(placed);
        return;
      }
    }
    const state = this.state(k);
    if (state.nodes.size < CHAIN_BELOW && k > 0) {
      done(this.chain(k));
      return;
    }
    const requested = this.request(k, this.nearest(k));
    this.layouter.place(requested.request, (placement) => {
      const placed = this.placed(requested, placement);
      this.known.set(k, placed);
      done(placed);
    });
  }

  /** What is drawn is folded otherwise now; where things stood is remembered. */
  outdated(): void {
    this.before = this.known;
    this.known = new Map();
    this.whole = undefined;
  }

  choose(layouting: Layouting): void {
    const { direction, still } = this.layouting;
    if (layouting.direction === direction && layouting.still === still) return;
    this.layouting = { direction: layouting.direction, still: layouting.still };
    this.outdated();
    this.before = new Map();
  }

  dispose(): void {
    this.layouter.dispose();
  }

  private get right(): boolean {
    return this.layouting.direction === "right";
  }

  private request(k: number, before: Placed | undefined): Requested {
    const state = this.state(k);
    return requestOf(state, this.history.order, this.prior(k, before), this.right);
  }

  private placed({ ids, edges, frames }: Requested, placement: Placement): Placed {
    return { ids, edges, frames, placement, right: this.right };
  }

  /** All states as one layout, or null where that would be too large. */
  private together(): Placed | null {
    const states: Arranged[] = [];
    for (let k = 0; k <= this.history.length; k += 1) states.push(this.state(k));
    const all = union(states);
    if (all.nodes.size > UNION_BELOW) return null;
    const requested = requestOf(all, this.history.order, () => null, this.right, all.more);
    return this.placed(requested, place(requested.request));
  }

  private chain(k: number): Placed {
    let from = k;
    while (from > 0 && !this.known.has(from) && this.small(from - 1)) from -= 1;
    for (let step = from; step <= k; step += 1) {
      if (this.known.has(step)) continue;
      const requested = this.request(step, this.known.get(step - 1) ?? this.before.get(step));
      this.known.set(step, this.placed(requested, place(requested.request)));
    }
    return this.known.get(k)!;
  }

  private small(k: number): boolean {
    return this.history.at(k).nodes.size < CHAIN_BELOW;
  }

  private nearest(k: number): Placed | undefined {
    const steps = [...this.known.keys()].sort((a, b) => Math.abs(a - k) - Math.abs(b - k));
    return this.known.get(steps[0] ?? -1) ?? this.before.get(k);
  }

  /** Old nodes hold their place; new ones are drawn to where those that they replace stood. */
  private prior(k: number, before: Placed | undefined) {
    const along = before && (before.right ? before.placement.y : before.placement.x);
    const x = new Map(before?.ids.map((id, i) => [id, along![i]!]));
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

function plain(history: History, k: number): Arranged {
  return { ...history.at(k), frames: new Map(), stands: new Map(), back: [] };
}
