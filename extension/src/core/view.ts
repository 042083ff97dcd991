// One graph of a document on screen: its history, the step, what is folded, where its nodes stand.

import type { Document } from "../protocol";
import { type Arranged, arrange, coneOf, type Folding, PLAIN } from "./arrange";
import { History, type State } from "./model";
import type { Layouting } from "./options";
import { Places } from "./places";

export class View {
  readonly history: History;
  readonly places: Places;
  step: number;
  private now: Folding = PLAIN;
  private known = new WeakMap<State, Arranged>();

  constructor(
    private readonly document: Document,
    readonly graph: string,
    layouting: Layouting,
  ) {
    this.history = new History(document, graph);
    this.places = new Places(this.history, (k) => this.at(k), layouting);
    this.step = this.history.length;
  }

  get folding(): Folding {
    return this.now;
  }

  set folding(folding: Folding) {
    this.now = folding;
    this.known = new WeakMap();
    this.places.outdated();
  }

  /** The state after `k` rewrites, folded and unfolded as the reader wants it. */
  at(k: number): Arranged {
    const state = this.history.at(k);
    let found = this.known.get(state);
    if (!found) this.known.set(state, (found = arrange(this.document, state, this.now)));
    return found;
  }

  /** The states on screen, the newer one first. */
  states(): readonly [Arranged, Arranged] {
    return [this.at(this.step), this.at(0)];
  }

  /** Opens or closes what there is to open or close at a node or frame; says whether there was. */
  toggle(id: string): boolean {
    for (const state of this.states()) {
      const node = state.nodes.get(id);
      const frame = state.frames.get(id);
      if (this.now.unfolded.has(id))
        this.folding = { ...this.now, unfolded: less(this.now.unfolded, id) };
      else if (node?.inner !== undefined && this.document.graphs[node.inner])
        this.folding = { ...this.now, unfolded: more(this.now.unfolded, id) };
      else if (frame) this.folding = { ...this.now, closed: more(this.now.closed, id) };
      else if (id.startsWith("layer ") && node)
        this.folding = { ...this.now, closed: less(this.now.closed, id.slice(6)) };
      else continue;
      return true;
    }
    return false;
  }

  /** Whether something was folded into a node, or can be. */
  foldable(id: string): "folded" | "open" | null {
    if (this.now.folded.has(id)) return "folded";
    const plain = [this.history.at(this.step), this.history.at(0)].find(({ nodes }) =>
      nodes.has(id),
    );
    return plain && coneOf(plain, id).size ? "open" : null;
  }

  /** Folds what only this node needs into it, or unfolds it; else closes the frame around it. */
  fold(id: string): boolean {
    if (this.now.folded.has(id)) {
      this.folding = { ...this.now, folded: less(this.now.folded, id) };
      return true;
    }
    const plain = [this.history.at(this.step), this.history.at(0)].find(({ nodes }) =>
      nodes.has(id),
    );
    if (plain && coneOf(plain, id).size) {
      this.folding = { ...this.now, folded: more(this.now.folded, id) };
      return true;
    }
    const frame = this.states().flatMap(({ nodes }) => nodes.get(id)?.group ?? [])[0];
    return frame !== undefined && this.toggle(frame);
  }

  /** Whether the next thing to do with all at once is to open it. */
  closedSomewhere(): boolean {
    const { unfolded, closed } = this.now;
    if (closed.size) return true;
    const opens = ({ inner }: { readonly inner?: string }): boolean =>
      inner !== undefined && Boolean(this.document.graphs[inner]);
    return !unfolded.size && this.states().some(({ nodes }) => [...nodes.values()].some(opens));
  }

  /** Opens everything, or closes everything that can be opened. */
  all(open: boolean): void {
    if (!open) {
      const layers = this.states().flatMap(({ frames }) =>
        [...frames].flatMap(([key, { kind }]) => (kind === "layer" ? [key] : [])),
      );
      this.folding = { ...PLAIN, closed: new Set(layers.toReversed()) };
      return;
    }
    this.folding = PLAIN;
    const unfolded = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const before = unfolded.size;
      for (const { nodes } of this.states()) {
        for (const { id, inner } of nodes.values()) if (inner !== undefined) unfolded.add(id);
      }
      if (unfolded.size === before) break;
      this.folding = { ...PLAIN, unfolded: new Set(unfolded) };
    }
  }

  /** The node that is drawn for this one, at the step or else before: itself, or what holds it. */
  drawn(id: string): string {
    for (let around = id; around; around = around.slice(0, Math.max(0, around.lastIndexOf("/")))) {
      for (const state of this.states()) {
        let at = around;
        for (let i = 0; i < 8 && !state.nodes.has(at) && state.stands.has(at); i += 1) {
          at = state.stands.get(at)!;
        }
        if (state.nodes.has(at)) return at;
      }
    }
    return id;
  }

  dispose(): void {
    this.places.dispose();
  }
}

function more(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set(set).add(id);
}

function less(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...set].filter((one) => one !== id));
}
