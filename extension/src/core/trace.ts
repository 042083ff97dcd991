// A recorded evaluation, as a walk over its events: position 0 is before the first.

import type { Document, Eval, Value } from "../protocol";
import { FIRST_GRAPH } from "./read";

export class Trace {
  readonly events: readonly Eval[];

  constructor(document: Document) {
    this.events = document.timeline.filter((event): event is Eval => event.t === "eval");
  }

  get length(): number {
    return this.events.length;
  }

  at(k: number): Eval | undefined {
    return this.events[k - 1];
  }

  graphAt(k: number): string {
    return this.at(k)?.graph ?? FIRST_GRAPH;
  }

  /** The first event in a turn, or further inside of it; null if the turn is not recorded. */
  entry(path: Path): number | null {
    const at = this.events.findIndex((event) => within(event, path));
    return at < 0 ? null : at + 1;
  }

  /** The numbers of the turns of a loop that are recorded, where the loop runs in these turns. */
  turnsOf(node: string, around: Path): number[] {
    const found = new Set<number>();
    for (const event of this.events) {
      const here = event.path?.[around.length];
      if (here?.[0] === node && within(event, around)) found.add(here[1]);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** How many turns a loop took there; null if it did not end, or nobody says. */
  countOf(node: string, around: Path): number | null {
    const loop = this.events.find(
      (event) =>
        event.node === node &&
        event.path?.length === (around.length || undefined) &&
        within(event, around),
    );
    return loop?.turns?.[1] ?? null;
  }

  /** The next node at this depth or further out; what happens inside it is passed over. */
  next(k: number): number {
    const deep = this.depth(k);
    for (let i = k + 1; i <= this.length; i += 1) if (this.depth(i) <= deep) return i;
    return this.length;
  }

  back(k: number): number {
    const deep = this.depth(k);
    for (let i = k - 1; i > 0; i -= 1) if (this.depth(i) <= deep) return i;
    return 0;
  }

  /** The first node inside the one that runs next, or null if there is no inside. */
  into(k: number): number | null {
    return k < this.length && this.depth(k + 1) > this.depth(k) ? k + 1 : null;
  }

  /** The first node inside the one that ran, further back; null if none is recorded. */
  backInto(k: number): number | null {
    const event = this.at(k);
    if (!event) return null;
    const deep = this.depth(k);
    let first: number | null = null;
    for (let i = k - 1; i > 0 && this.depth(i) > deep; i -= 1) first = i;
    return first !== null && this.at(first)?.path?.[deep]?.[0] === event.node ? first : null;
  }

  /** The node that contains this one, after it ran; null at the top. */
  out(k: number): number | null {
    if (this.depth(k) === 0) return null;
    for (let i = k + 1; i <= this.length; i += 1) if (this.depth(i) < this.depth(k)) return i;
    return this.length;
  }

  /** The newest values, up to event `last`, of the nodes in the frame where event `k` happened. */
  valuesAt(k: number, last = k): ReadonlyMap<string, readonly Value[]> {
    const here = JSON.stringify(this.at(k)?.path ?? []);
    const found = new Map<string, readonly Value[]>();
    for (const event of this.events.slice(0, last)) {
      if (JSON.stringify(event.path ?? []) === here) found.set(event.node, event.outputs);
    }
    return found;
  }

  /** The next event of which `test` is true, or null; from the start again if there is none after. */
  seek(k: number, test: (event: Eval) => boolean): number | null {
    for (let i = k + 1; i <= this.length; i += 1) if (test(this.at(i)!)) return i;
    for (let i = 1; i <= k; i += 1) if (test(this.at(i)!)) return i;
    return null;
  }

  /** The next event after `k` at which `test` says stop, or the end. */
  run(k: number, test: (event: Eval) => boolean): number {
    for (let i = k + 1; i <= this.length; i += 1) if (test(this.at(i)!)) return i;
    return this.length;
  }

  /** The first event with something that is not a number in it, or null. */
  firstBad(): number | null {
    const at = this.events.findIndex((event) =>
      event.outputs.some(({ nan = 0, inf = 0 }) => nan + inf > 0),
    );
    return at < 0 ? null : at + 1;
  }

  private depth(k: number): number {
    return this.at(k)?.path?.length ?? 0;
  }
}

type Path = NonNullable<Eval["path"]>;

/** Whether an event happened in these turns, or further inside. */
function within(event: Eval, path: Path): boolean {
  return path.every(([node, turn], i) => {
    const [here, there] = event.path?.[i] ?? [];
    return here === node && there === turn;
  });
}
