// The layout of one state: ranks, order, then x by least squares under "no overlap".

import { type Net, net, type Placement, type Request } from "./graph";
import { order } from "./order";

export const ROW = 46;
export const ROW_GAP = 34;
export const COLUMN_GAP = 22;

const PASSES = 24;
const PASSES_LARGE = 8;
const LARGE = 2_000;

/** Places nodes without frames, from the top down. */
export function layout(request: Request): Placement {
  const made = net(request);
  const layers = order(made, request.prior);
  const x = columns(made, layers, request.prior);
  const rows = rowsOf(made, request.height);
  const middle = (v: number): number => rows[made.rank[v]!]!.middle;
  return {
    x: x.slice(0, made.real),
    y: Float64Array.from({ length: made.real }, (_, v) => middle(v)),
    rank: Int32Array.from(made.rank.slice(0, made.real)),
    routes: made.chains.map((chain) => chain.flatMap((v) => through(rows[made.rank[v]!]!, x[v]!))),
    circular: made.circular,
    frames: [],
  };
}

interface Row {
  readonly middle: number;
  readonly height: number;
}

/** The first row is as if it were of usual height, so that a picture begins where others do. */
function rowsOf(made: Net, heights: readonly number[] | undefined): Row[] {
  const depth = made.rank.reduce((a, b) => Math.max(a, b), -1) + 1;
  const height = new Array<number>(depth).fill(ROW);
  heights?.forEach((h, v) => (height[made.rank[v]!] = Math.max(height[made.rank[v]!]!, h)));
  let top = -ROW / 2;
  return height.map((h) => {
    const row = { middle: top + h / 2, height: h };
    top += h + ROW_GAP;
    return row;
  });
}

/** An edge passes a high row straight down, so that it touches no box of it. */
function through({ middle, height }: Row, x: number): (readonly [number, number])[] {
  if (height <= ROW) return [[x, middle]];
  return [
    [x, middle - height / 2],
    [x, middle + height / 2],
  ];
}

function columns(made: Net, layers: readonly number[][], prior: Request["prior"]): Float64Array {
  const x = new Float64Array(made.width.length);
  for (const layer of layers) {
    const half = span(made, layer) / 2;
    let left = 0;
    for (const v of layer) {
      x[v] = prior?.[v]?.x ?? left + made.width[v]! / 2 - half;
      left += made.width[v]! + COLUMN_GAP;
    }
  }
  const passes = made.width.length > LARGE ? PASSES_LARGE : PASSES;
  for (let pass = 0; pass < passes; pass += 1) {
    for (let i = 0; i < layers.length; i += 1) {
      const layer = layers[pass % 2 ? layers.length - 1 - i : i]!;
      pack(made, layer, x, (v) => wish(made, v, x, prior?.[v]));
    }
  }
  return x;
}

function span(made: Net, layer: readonly number[]): number {
  return layer.reduce((sum, v) => sum + made.width[v]! + COLUMN_GAP, -COLUMN_GAP);
}

type Known = NonNullable<Request["prior"]>[number] | undefined;

/** Where a node wants to be, and how firmly: between its neighbours and its earlier place. */
function wish(made: Net, v: number, x: Float64Array, known: Known): readonly [number, number] {
  let sum = 0;
  let weight = 0;
  for (const { to, pull, port } of made.above[v]!) {
    sum += (x[to]! - port * made.width[v]!) * pull;
    weight += pull;
  }
  for (const { to, pull, port } of made.below[v]!) {
    sum += (x[to]! + port * made.width[to]!) * pull;
    weight += pull;
  }
  if (known) {
    const firm = known.weight * Math.max(1, weight);
    sum += known.x * firm;
    weight += firm;
  }
  return weight ? [sum / weight, weight] : [x[v]!, 1];
}

interface Block {
  readonly first: number;
  readonly sum: number;
  readonly weight: number;
}

/** Nearest positions to the wishes that keep the order and the gaps (pool adjacent violators). */
function pack(
  made: Net,
  layer: readonly number[],
  x: Float64Array,
  wishOf: (v: number) => readonly [number, number],
): void {
  const offsets: number[] = [];
  const blocks: Block[] = [];
  let offset = 0;
  layer.forEach((v, i) => {
    if (i)
      offset += (made.width[layer[i - 1]!]! + made.width[v]!) / 2 + gap(made, layer[i - 1]!, v);
    offsets.push(offset);
    const [at, weight] = wishOf(v);
    let block: Block = { first: i, sum: (at - offset) * weight, weight };
    let last = blocks[blocks.length - 1];
    while (last && last.sum / last.weight >= block.sum / block.weight) {
      blocks.pop();
      const { sum, weight } = last;
      block = { first: last.first, sum: sum + block.sum, weight: weight + block.weight };
      last = blocks[blocks.length - 1];
    }
    blocks.push(block);
  });
  blocks.forEach(({ first, sum, weight }, b) => {
    const end = blocks[b + 1]?.first ?? layer.length;
    for (let i = first; i < end; i += 1) x[layer[i]!] = sum / weight + offsets[i]!;
  });
}

/** Two passing edges may come closer to each other than two boxes. */
function gap(made: Net, a: number, b: number): number {
  return a >= made.real && b >= made.real ? COLUMN_GAP / 2 : COLUMN_GAP;
}
