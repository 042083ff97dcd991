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

/** `sum(exp(x) * y)`, in which a kernel does the exponential and the product. */
export const kernelDocument: Document = {
  schema: "teachgraph/1",
  minor: 1,
  title: "sum(exp(x) * y)",
  graphs: {
    g0: {
      nodes: [
        { id: "v0", kind: "input", label: "x", types: ["float64[?]"] },
        { id: "v1", kind: "input", label: "y", types: ["float64[?]"] },
        {
          id: "a2",
          kind: "apply",
          label: "fused{exp, mul}",
          types: ["float64[?]"],
          inputs: [
            ["v0", 0],
            ["v1", 0],
          ],
          inner: "g1",
          feeds: [0, 1],
        },
        { id: "a3", kind: "apply", label: "sum", types: ["float64[]"], inputs: [["a2", 0]] },
      ],
      outputs: [["a3", 0]],
    },
    g1: {
      nodes: [
        { id: "v9", kind: "input", label: "x", types: ["float64[?]"] },
        { id: "v10", kind: "input", label: "y", types: ["float64[?]"] },
        { id: "a11", kind: "apply", label: "exp", types: ["float64[?]"], inputs: [["v9", 0]] },
        {
          id: "a12",
          kind: "apply",
          label: "mul",
          types: ["float64[?]"],
          inputs: [
            ["a11", 0],
            ["v10", 0],
          ],
        },
      ],
      outputs: [["a12", 0]],
    },
  },
  timeline: [],
};

function evaluated(node: string, text: string) {
  const value = { dtype: "float64", shape: [], text, data: [Number(text)] };
  return { t: "eval", node, outputs: [value] } as const;
}

/** A loop of two turns around an inner graph of one node, run on 2. */
export const loopDocument: Document = {
  schema: "teachgraph/1",
  minor: 1,
  title: "scan",
  graphs: {
    g0: {
      nodes: [
        { id: "v0", kind: "input", label: "x", types: ["float64[]"] },
        {
          id: "a0",
          kind: "apply",
          label: "scan",
          types: ["float64[2]"],
          inputs: [["v0", 0]],
          inner: "g1",
          feeds: [0],
          back: [[0, 0]],
        },
      ],
      outputs: [["a0", 0]],
    },
    g1: {
      nodes: [
        { id: "v1", kind: "input", label: "state", types: ["float64[]"] },
        { id: "a1", kind: "apply", label: "sqr", types: ["float64[]"], inputs: [["v1", 0]] },
      ],
      outputs: [["a1", 0]],
    },
  },
  timeline: [
    evaluated("v0", "2"),
    { ...evaluated("a1", "4"), graph: "g1", path: [["a0", 0]] },
    { ...evaluated("a1", "16"), graph: "g1", path: [["a0", 1]] },
    {
      ...evaluated("a0", "16"),
      us: 3,
      loops: [
        { line: "for i below 2", did: "i = 0", depth: 0 },
        { line: "x = x * x;", did: "x = 4", depth: 1 },
      ],
    },
  ],
  memory: [
    { node: "a1", bytes: 8, start: 2, end: 3 },
    { node: "a0", bytes: 16, start: 4, end: 4 },
  ],
};

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
