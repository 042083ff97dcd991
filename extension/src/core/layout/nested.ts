// Frames within frames: what stands in a frame is laid out on its own, and the frame is then one large
// node of what is around it. Also the turn from downwards to rightwards.

import { type Placement, type Rectangle, type Request, withoutCircles } from "./graph";
import { layout, ROW } from "./layout";

/** Room inside a frame, and above it for its name. */
export const FRAME_MARGIN = 16;
export const FRAME_HEAD = 24;

/** The layout of a graph with or without frames, in either direction. */
export function place(request: Request): Placement {
  const turned = request.right ? transposed(request) : request;
  const placed = turned.group?.some((g) => g >= 0)
    ? new Nest(turned, request.right ?? false).placement()
    : layout(turned);
  return request.right ? back(placed) : placed;
}

function transposed(request: Request): Request {
  const height = request.height ?? request.width.map(() => ROW);
  return { ...request, width: height, height: request.width };
}

function back(placed: Placement): Placement {
  return {
    ...placed,
    x: placed.y,
    y: placed.x,
    routes: placed.routes.map((route) => route.map(([x, y]) => [y, x] as const)),
    frames: placed.frames.map(([left, top, width, height]) => [top, left, height, width] as const),
  };
}

interface Inside {
  /** Nodes and frames that stand directly in it, by their number in the layout. */
  readonly nodes: number[];
  readonly frames: number[];
}

class Nest {
  private readonly n: number;
  private readonly inside: Inside[];
  private readonly top: Inside = { nodes: [], frames: [] };
  private readonly edges = new Map<number, [number, number, number][]>();
  private readonly x: Float64Array;
  private readonly y: Float64Array;
  private readonly rank: Int32Array;
  private readonly routes: (readonly (readonly [number, number])[])[];
  private readonly rectangles: [number, number, number, number][];

  constructor(
    private readonly request: Request,
    private readonly sideways: boolean,
  ) {
    this.n = request.width.length;
    const parents = request.parents ?? [];
    this.inside = parents.map(() => ({ nodes: [], frames: [] }));
    request.group!.forEach((g, v) => (this.inside[g] ?? this.top).nodes.push(v));
    parents.forEach((p, g) => (this.inside[p] ?? this.top).frames.push(g));
    request.edges.forEach(([a, b], edge) => this.share(a, b, edge));
    this.x = new Float64Array(this.n);
    this.y = new Float64Array(this.n);
    this.rank = new Int32Array(this.n);
    this.routes = request.edges.map(() => []);
    this.rectangles = parents.map(() => [0, 0, 0, 0]);
  }

  placement(): Placement {
    this.lay(-1);
    const { x, y, rank, routes, rectangles } = this;
    // frames may read each other in a circle where their nodes do not
    const { circular } = withoutCircles(this.n, this.request.edges);
    const frames = rectangles.map((one): Rectangle => [...one]);
    return { x, y, rank, routes, circular, frames };
  }

  private path(v: number): number[] {
    const found: number[] = [];
    const { group, parents } = this.request;
    for (let g = group![v] ?? -1; g >= 0 && found.length < 64; g = parents?.[g] ?? -1) {
      found.push(g);
    }
    return found.reverse();
  }

  /** Gives an edge to the innermost frame that holds both ends, as one between what stands there. */
  private share(a: number, b: number, edge: number): void {
    const [from, to] = [this.path(a), this.path(b)];
    let depth = 0;
    while (depth < from.length && from[depth] === to[depth]) depth += 1;
    const home = depth ? from[depth - 1]! : -1;
    const end = (path: number[], v: number): number =>
      path.length > depth ? this.n + path[depth]! : v;
    const list = this.edges.get(home) ?? [];
    list.push([end(from, a), end(to, b), edge]);
    this.edges.set(home, list);
  }

  /** Lays out what is in a frame (-1: outside of all), from (0, 0) on; gives its size. */
  private lay(frame: number): readonly [number, number] {
    const { nodes, frames } = this.inside[frame] ?? this.top;
    const sizes = frames.map((inner) => this.lay(inner));
    const { width, prior } = this.request;
    const height = this.request.height ?? [];
    const items = [...nodes, ...frames.map((g) => this.n + g)];
    const at = new Map(items.map((item, i) => [item, i]));
    const edges = this.edges.get(frame) ?? [];
    const placed = layout({
      width: [...nodes.map((v) => width[v]!), ...sizes.map(([w]) => w)],
      height: [...nodes.map((v) => height[v] ?? ROW), ...sizes.map(([, h]) => h)],
      edges: edges.map(([a, b]) => [at.get(a)!, at.get(b)!] as const),
      ...(prior
        ? { prior: [...nodes.map((v) => prior[v]!), ...frames.map((g) => this.priorOf(g))] }
        : {}),
    });
    nodes.forEach((v, i) => {
      this.x[v] = placed.x[i]!;
      this.y[v] = placed.y[i]!;
      this.rank[v] = placed.rank[i]!;
    });
    edges.forEach(([, , edge], i) => (this.routes[edge] = placed.routes[i]!));
    frames.forEach((inner, i) => {
      const [w, h] = sizes[i]!;
      const [cx, cy] = [placed.x[nodes.length + i]!, placed.y[nodes.length + i]!];
      this.shift(inner, cx - w / 2, cy - h / 2);
      this.rectangles[inner] = [cx - w / 2, cy - h / 2, w, h];
    });
    return frame < 0 ? [0, 0] : this.normalized(frame, edges);
  }

  /** Moves what is in a frame so that the frame begins at (0, 0). */
  private normalized(frame: number, edges: readonly (readonly number[])[]) {
    const { nodes, frames } = this.inside[frame]!;
    const { width } = this.request;
    const height = this.request.height ?? [];
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const see = (x: number, y: number, w: number, h: number): void => {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + w);
      bottom = Math.max(bottom, y + h);
    };
    for (const v of nodes) {
      const [w, h] = [width[v]!, height[v] ?? ROW];
      see(this.x[v]! - w / 2, this.y[v]! - h / 2, w, h);
    }
    for (const g of frames) see(...this.rectangles[g]!);
    for (const [, , edge] of edges) for (const [x, y] of this.routes[edge!]!) see(x, y, 0, 0);
    if (left === Infinity) return [60, ROW] as const;
    const [headX, headY] = this.sideways ? [FRAME_HEAD, 0] : [0, FRAME_HEAD];
    this.shift(frame, FRAME_MARGIN + headX - left, FRAME_MARGIN + headY - top);
    return [
      right - left + 2 * FRAME_MARGIN + headX,
      bottom - top + 2 * FRAME_MARGIN + headY,
    ] as const;
  }

  private shift(frame: number, dx: number, dy: number): void {
    const { nodes, frames } = this.inside[frame]!;
    for (const v of nodes) {
      this.x[v]! += dx;
      this.y[v]! += dy;
    }
    for (const [, , edge] of this.edges.get(frame) ?? []) {
      this.routes[edge] = this.routes[edge]!.map(([x, y]) => [x + dx, y + dy] as const);
    }
    for (const inner of frames) {
      this.rectangles[inner]![0] += dx;
      this.rectangles[inner]![1] += dy;
      this.shift(inner, dx, dy);
    }
  }

  /** A frame was where the nodes in it were. */
  private priorOf(frame: number): { x: number; weight: number } | null {
    const known = this.members(frame).flatMap((v) => this.request.prior?.[v] ?? []);
    if (!known.length) return null;
    const x = known.reduce((sum, one) => sum + one.x, 0) / known.length;
    return { x, weight: Math.min(...known.map(({ weight }) => weight)) };
  }

  private members(frame: number): number[] {
    const { nodes, frames } = this.inside[frame]!;
    return [...nodes, ...frames.flatMap((inner) => this.members(inner))];
  }
}
