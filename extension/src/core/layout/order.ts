// Who stands left of whom in each rank: fewest crossings by sweeps of barycentres, and, where there
// is a picture already, the order that the eye knows.

import type { Link, Net, Request } from "./graph";

const SWEEPS = 8;
const TRANSPOSE_BELOW = 600;

/** For each rank its nodes, from left to right. */
export function order(net: Net, prior: Request["prior"]): number[][] {
  const layers = firstOrder(net);
  if (prior?.some((known) => known)) return keepOrder(net, layers, prior);
  const position = new Float64Array(net.width.length);
  number(layers, position);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(net, best, position);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    sortBy(net, layers, position, sweep % 2 === 0);
    if (net.width.length < TRANSPOSE_BELOW) transpose(net, layers, position);
    const now = crossings(net, layers, position);
    if (now >= fewest) continue;
    fewest = now;
    best = layers.map((layer) => [...layer]);
  }
  return best;
}

/** Depth first from the last nodes, so that what belongs together comes together. */
function firstOrder(net: Net): number[][] {
  const depth = net.rank.reduce((a, b) => Math.max(a, b), 0) + 1;
  const layers: number[][] = Array.from({ length: depth }, () => []);
  const seen = new Uint8Array(net.width.length);
  const stack = net.below.flatMap((readers, i) => (readers.length ? [] : [i])).reverse();
  while (stack.length) {
    const v = stack.pop()!;
    if (seen[v]) continue;
    seen[v] = 1;
    layers[net.rank[v]!]!.push(v);
    for (const link of net.above[v]!.toReversed()) stack.push(link.to);
  }
  return layers;
}

function number(layers: readonly number[][], position: Float64Array): void {
  for (const layer of layers) {
    layer.forEach((v, i) => (position[v] = i - (layer.length - 1) / 2));
  }
}

function barycentre(links: readonly Link[], position: Float64Array, own: number, down: boolean) {
  let sum = 0;
  let weight = 0;
  for (const { to, pull, port } of links) {
    sum += (position[to]! + (down ? 0 : port)) * pull;
    weight += pull;
  }
  return weight ? sum / weight : own;
}

function sortBy(net: Net, layers: number[][], position: Float64Array, down: boolean): void {
  const neighbours = down ? net.above : net.below;
  for (let i = 0; i < layers.length; i += 1) {
    const layer = layers[down ? i : layers.length - 1 - i]!;
    const key = new Map(
      layer.map((v) => [v, barycentre(neighbours[v]!, position, position[v]!, down)]),
    );
    layer.sort((a, b) => key.get(a)! - key.get(b)! || position[a]! - position[b]!);
    layer.forEach((v, at) => (position[v] = at - (layer.length - 1) / 2));
  }
}

/** Swaps neighbours as long as that takes crossings away. */
function transpose(net: Net, layers: number[][], position: Float64Array): void {
  for (const layer of layers) {
    for (let i = 0; i + 1 < layer.length; i += 1) {
      const [a, b] = [layer[i]!, layer[i + 1]!];
      const now = between(net, a, b, position);
      const then = between(net, b, a, position);
      if (then >= now) continue;
      layer[i] = b;
      layer[i + 1] = a;
      [position[a], position[b]] = [position[b]!, position[a]!];
    }
  }
}

/** Crossings of the edges of `a` with those of `b`, when `a` stands left. */
function between(net: Net, a: number, b: number, position: Float64Array): number {
  let found = 0;
  for (const links of [net.above, net.below]) {
    for (const p of links[a]!) {
      for (const q of links[b]!) {
        if (position[p.to]! + p.port * 0.5 > position[q.to]! + q.port * 0.5) found += 1;
      }
    }
  }
  return found;
}

/** All crossings between neighbouring ranks, counted on a tree of sums. */
function crossings(net: Net, layers: readonly number[][], position: Float64Array): number {
  number(layers, position);
  let found = 0;
  for (const layer of layers.slice(1)) {
    const ends = layer.flatMap((v) =>
      net.above[v]!.map(({ to }) => position[to]!).sort((a, b) => a - b),
    );
    const places = [...new Set(ends)].sort((a, b) => a - b);
    const place = new Map(places.map((end, i) => [end, i + 1]));
    const tree = new Int32Array(places.length + 1);
    ends.forEach((end, before) => {
      let notRight = 0;
      for (let i = place.get(end)!; i > 0; i -= i & -i) notRight += tree[i]!;
      found += before - notRight;
      for (let i = place.get(end)!; i < tree.length; i += i & -i) tree[i]! += 1;
    });
  }
  return found;
}

/** The old order for nodes that were there; new ones go where their neighbours pull them. */
function keepOrder(net: Net, layers: number[][], prior: NonNullable<Request["prior"]>): number[][] {
  const position = new Float64Array(net.width.length).fill(NaN);
  prior.forEach((known, v) => known && (position[v] = known.x));
  for (const links of [net.above, net.below, net.above]) settle(net, layers, position, links);
  for (const layer of layers) {
    layer.forEach((v) => Number.isNaN(position[v]) && (position[v] = 0));
    layer.sort((a, b) => position[a]! - position[b]!);
  }
  return layers;
}

/** Gives nodes without a place the mean of their neighbours that have one. */
function settle(net: Net, layers: number[][], position: Float64Array, links: Link[][]): void {
  const down = links === net.above;
  for (const layer of down ? layers : layers.toReversed()) {
    for (const v of layer) {
      if (!Number.isNaN(position[v])) continue;
      const known = links[v]!.filter(({ to }) => !Number.isNaN(position[to]));
      if (!known.length) continue;
      const width = (to: number): number => (down ? net.width[v]! : net.width[to]!);
      const sum = known.reduce((s, { to, port }) => {
        return s + position[to]! + (down ? -port : port) * width(to);
      }, 0);
      position[v] = sum / known.length;
    }
  }
}
