// What the tests share: fixtures, a seeded source of chance, random graphs and histories.

import difference from "./fixtures/difference.json";
import failure from "./fixtures/failure.json";
import logistic from "./fixtures/logistic.json";
import network from "./fixtures/network.json";
import type { Document, Node as GraphNode } from "../src/protocol";
import { type Handle, type Hooks, mount } from "../src/core/viewer";

export const fixtures = { difference, failure, logistic, network } as unknown as Record<
  "difference" | "failure" | "logistic" | "network",
  Document
>;

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const upTo = (random: () => number, n: number): number => Math.floor(random() * n);

function apply(id: number, readable: readonly string[], random: () => number): GraphNode {
  const inputs = Array.from({ length: 1 + upTo(random, 2) }, () => {
    const recent = Math.max(0, readable.length - 30);
    const from = random() < 0.8 ? recent + upTo(random, readable.length - recent) : 0;
    return [readable[from]!, 0] as const;
  });
  const label = ["add", "mul", "exp", "dot", "dimshuffle", "sum"][upTo(random, 6)]!;
  return { id: `a${id}`, kind: "apply", op: label, label, types: ["float64[?, 3]"], inputs };
}

/** A graph of `n` nodes: some inputs and constants, the rest reads what came before. */
export function randomNodes(n: number, random: () => number): GraphNode[] {
  const nodes: GraphNode[] = [{ id: "v0", kind: "input", label: "x", types: ["float64[?, 3]"] }];
  for (let i = 1; i < n; i += 1) {
    const leaf = random() < 0.15;
    const kind = random() < 0.5 ? "input" : "constant";
    const readable = nodes.map(({ id }) => id);
    if (leaf) nodes.push({ id: `v${i}`, kind, label: `v${i}`, types: ["float64[]"] });
    else nodes.push(apply(i, readable, random));
  }
  return nodes;
}

/** A document in which each rewrite puts one new node in the place of an old one. */
export function randomDocument(n: number, rewrites: number, seed: number): Document {
  const random = chance(seed);
  const nodes = randomNodes(n, random);
  const outputs = [[nodes.at(-1)!.id, 0] as const];
  const alive = new Map(nodes.map((node) => [node.id, node]));
  let output = outputs[0]![0];
  const timeline: Document["timeline"][number][] = [{ t: "pass-begin", name: "simplify" }];
  for (let k = 0; k < rewrites; k += 1) {
    const applies = [...alive.values()].filter(({ kind }) => kind === "apply");
    const old = applies[upTo(random, applies.length)]!;
    const id = `a${n + k}`;
    const added: GraphNode = { ...old, id, label: "new", inputs: old.inputs!.slice(0, 1) };
    const rewire: [string, number, readonly [string, number]][] = [];
    for (const user of alive.values()) {
      user.inputs?.forEach(([from], i) => from === old.id && rewire.push([user.id, i, [id, 0]]));
    }
    for (const [user, i, ref] of rewire) {
      const node = alive.get(user)!;
      alive.set(user, { ...node, inputs: node.inputs!.map((was, j) => (i === j ? ref : was)) });
    }
    alive.delete(old.id);
    alive.set(id, added);
    timeline.push({
      t: "rewrite",
      rule: "new_for_old",
      map: { [old.id]: [id] },
      add: [added],
      remove: [old.id],
      rewire,
      outputs: output === old.id ? [[0, [id, 0]]] : [],
      at: old.id,
    });
    if (output === old.id) output = id;
  }
  timeline.push({ t: "pass-end", name: "simplify" });
  const graphs = { g0: { nodes, outputs } };
  return { schema: "teachgraph/1", minor: 0, title: "random", graphs, timeline };
}

const mounted: Handle[] = [];

/** A viewer in the page of the test; `unmountAll` takes it away. */
export function show(document_: unknown, hooks: Hooks = {}): Handle {
  const home = document.createElement("div");
  document.body.append(home);
  const viewer = mount(home, document_, hooks);
  mounted.push(viewer);
  return viewer;
}

export function unmountAll(): void {
  for (const viewer of mounted.splice(0)) viewer.dispose();
  document.body.replaceChildren();
}

export function press(target: Element, key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
}
