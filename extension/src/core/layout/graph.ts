// A graph as arrays: neighbours by number, ranks from the inputs down. Original code; the plan is
// Sugiyama's (Sugiyama, Tagawa, Toda 1981), near linear because long edges may go undivided.

/** What is to be laid out; edges are pairs of positions in `width`. */
export interface Request {
  readonly width: readonly number[];
  /** ROW for each, if it is not said. */
  readonly height?: readonly number[];
  readonly edges: readonly (readonly [number, number])[];
  /**
   * Earlier place of each node along its rank, or null; the weight says how firmly it holds. Inside a
   * frame only the distances count.
   */
  readonly prior?: readonly ({ readonly x: number; readonly weight: number } | null)[];
  /** For each node the number of the frame that it stands in, or -1. */
  readonly group?: readonly number[];
  /** For each frame the one around it, or -1. */
  readonly parents?: readonly number[];
  /** From left to right instead of from the top down. */
  readonly right?: boolean;
}

/** The corners of a frame. */
export type Rectangle = readonly [left: number, top: number, width: number, height: number];

/** Where everything goes: centres of nodes, and for each edge the points between its ends. */
export interface Placement {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly rank: Int32Array;
  readonly routes: readonly (readonly (readonly [number, number])[])[];
  readonly circular: boolean;
  readonly frames: readonly Rectangle[];
}

/** The graph that the steps of the layout share; dummies come after the `real` nodes. */
export interface Net {
  readonly real: number;
  readonly width: number[];
  readonly rank: number[];
  /** For each node, who it reads and who reads it, with the pull of the edge between them. */
  readonly above: Link[][];
  readonly below: Link[][];
  /** For each edge of the request, the dummies on its way. */
  readonly chains: number[][];
  readonly circular: boolean;
}

/** `port` shifts the end at the reader, in parts of its width from -0.5 to 0.5. */
export interface Link {
  readonly to: number;
  readonly pull: number;
  readonly port: number;
}

/** More dummies than this are not worth their time; long edges are then drawn straight. */
const MOST_DUMMIES = 1_500;
const DUMMY_WIDTH = 10;

export function net(request: Request): Net {
  const n = request.width.length;
  const { forward, circular } = withoutCircles(n, request.edges);
  const rank = ranks(n, forward);
  const made: Net = {
    real: n,
    width: [...request.width],
    rank,
    above: Array.from({ length: n }, () => []),
    below: Array.from({ length: n }, () => []),
    chains: request.edges.map(() => []),
    circular,
  };
  const spans = forward.map(([a, b]) => rank[b]! - rank[a]!);
  const dummies = spans.reduce((sum, span) => sum + span - 1, 0);
  const ports = portsOf(forward);
  forward.forEach(([a, b, edge], i) => {
    if (dummies > MOST_DUMMIES) link(made, a, b, 1 / spans[i]!, ports[i]!);
    else chain(made, a, b, edge, ports[i]!);
  });
  return made;
}

function link(made: Net, a: number, b: number, pull: number, port: number): void {
  made.above[b]!.push({ to: a, pull, port });
  made.below[a]!.push({ to: b, pull, port });
}

/** Divides an edge at every rank it passes; the inner pieces pull hard, so they stay straight. */
function chain(made: Net, a: number, b: number, edge: number, port: number): void {
  let from = a;
  for (let rank = made.rank[a]! + 1; rank < made.rank[b]!; rank += 1) {
    const dummy = made.width.length;
    made.width.push(DUMMY_WIDTH);
    made.rank.push(rank);
    made.above.push([]);
    made.below.push([]);
    link(made, from, dummy, from === a ? 2 : 8, 0);
    made.chains[edge]!.push(dummy);
    from = dummy;
  }
  link(made, from, b, from === a ? 1 : 2, port);
}

/** Where on its reader each edge ends: the inputs side by side, in their order. */
function portsOf(forward: readonly (readonly [number, number, number])[]): number[] {
  const total = new Map<number, number>();
  for (const [, b] of forward) total.set(b, (total.get(b) ?? 0) + 1);
  const used = new Map<number, number>();
  return forward.map(([, b]) => {
    const i = used.get(b) ?? 0;
    used.set(b, i + 1);
    return (i + 1) / (total.get(b)! + 1) - 0.5;
  });
}

/** Edges that keep a direction; one that closes a circle is left out. */
export function withoutCircles(
  n: number,
  edges: readonly (readonly [number, number])[],
): { forward: [number, number, number][]; circular: boolean } {
  const out: [number, number][][] = Array.from({ length: n }, () => []);
  edges.forEach(([a, b], edge) => out[a]?.push([b, edge]));
  const forward: [number, number, number][] = [];
  const state = new Uint8Array(n); // 0 new, 1 on the path, 2 done
  for (let root = 0; root < n; root += 1) {
    if (state[root]) continue;
    const path: [number, number][] = [[root, 0]];
    state[root] = 1;
    while (path.length) {
      const top = path[path.length - 1]!;
      const step = out[top[0]]![top[1]++];
      if (!step) {
        state[top[0]] = 2;
        path.pop();
        continue;
      }
      const [b, edge] = step;
      if (state[b] !== 1) forward.push([top[0], b, edge]);
      if (state[b] === 0) {
        state[b] = 1;
        path.push([b, 0]);
      }
    }
  }
  forward.sort((p, q) => p[2] - q[2]);
  return { forward, circular: forward.length < edges.length };
}

/** Longest way from the inputs; a leaf, and what is made of leaves alone, slides to its reader. */
function ranks(n: number, forward: readonly (readonly [number, number, number])[]): number[] {
  const out: number[][] = Array.from({ length: n }, () => []);
  const inn: number[][] = Array.from({ length: n }, () => []);
  for (const [a, b] of forward) {
    out[a]!.push(b);
    inn[b]!.push(a);
  }
  const waiting = inn.map((from) => from.length);
  const order = waiting.flatMap((count, i) => (count ? [] : [i]));
  const rank = new Array<number>(n).fill(0);
  for (let i = 0; i < order.length; i += 1) {
    for (const b of out[order[i]!]!) {
      rank[b] = Math.max(rank[b]!, rank[order[i]!]! + 1);
      waiting[b]! -= 1;
      if (waiting[b] === 0) order.push(b);
    }
  }
  const cone = new Uint8Array(n);
  for (const v of order) {
    cone[v] = inn[v]!.every((u) => !inn[u]!.length || (cone[u] && out[u]!.length === 1)) ? 1 : 0;
  }
  for (const v of order.toReversed()) {
    if (cone[v] && out[v]!.length) rank[v] = Math.min(...out[v]!.map((b) => rank[b]! - 1));
  }
  const lowest = rank.reduce((a, b) => Math.min(a, b), Infinity);
  return rank.map((r) => r - lowest);
}
