import { afterEach, describe, expect, test } from "vitest";
import { arrange, PLAIN } from "../src/core/arrange";
import { dotText, tikzText } from "../src/core/export/text";
import { place } from "../src/core/layout/nested";
import { sceneOf } from "../src/core/render/compose";
import { requestOf } from "../src/core/render/scene";
import { joined } from "../src/core/joined";
import { History, start } from "../src/core/model";
import { read } from "../src/core/read";
import type { Document } from "../src/protocol";
import { fixtures, loopDocument, press, show, unmountAll } from "./support";

afterEach(unmountAll);

const apply = (id: string, from: string, group?: string) => ({
  id,
  kind: "apply" as const,
  label: id,
  types: ["float64[]"],
  inputs: [[from, 0] as const],
  ...(group === undefined ? {} : { group }),
});

/** x -> [net: [encoder: a1 -> a2] -> [decoder: a3]] -> a4, where a2 is also read from outside. */
const layers: Document = {
  schema: "teachgraph/1",
  minor: 2,
  title: "layers",
  graphs: {
    g0: {
      nodes: [
        { id: "v0", kind: "input", label: "x", types: ["float64[]"] },
        apply("a1", "v0", "l2"),
        apply("a2", "a1", "l2"),
        apply("a3", "a2", "l3"),
        { ...apply("a4", "a3"), inputs: [["a3", 0] as const, ["a2", 0] as const] },
      ],
      outputs: [["a4", 0]],
    },
  },
  groups: {
    l1: { label: "net", kind: "layer" },
    l2: { label: "encoder", kind: "layer", parent: "l1" },
    l3: { label: "decoder", kind: "layer", parent: "l1" },
  },
  timeline: [],
};

const state = start(layers.graphs["g0"]!);
const frames = (root: Element): string[] =>
  [...root.querySelectorAll(".tg-frame")].map((one) => one.getAttribute("data-frame")!).sort();
const nodes = (root: Element): string[] =>
  [...root.querySelectorAll(".tg-node[data-id]")].map((one) => one.getAttribute("data-id")!).sort();

describe("layers", () => {
  test("are frames within frames in dot and TikZ too", () => {
    const arranged = arrange(layers, state, PLAIN);
    const order = new Map([...state.nodes.keys()].map((id, i) => [id, i]));
    const requested = requestOf(arranged, order, () => null);
    const placed = { ...requested, placement: place(requested.request), right: false };
    const scene = sceneOf(arranged, placed, { marks: new Map(), values: new Map() });
    const dot = dotText(scene, "layers");
    const inner =
      /subgraph cluster_0 \{\n +label="net"[^{]*subgraph cluster_\d \{\n +label="encoder"/;
    expect(dot).toMatch(inner);
    expect(dot.match(/subgraph/g)).toHaveLength(3);
    expect(dot.match(/n\d+ \[label="a\d/g)).toHaveLength(4);
    expect(tikzText(scene, "layers").match(/\\draw\[dotted, rounded corners\]/g)).toHaveLength(3);
  });

  test("are frames within frames", () => {
    const found = arrange(layers, state, PLAIN).frames;
    expect([...found].map(([key, { label, parent }]) => [key, label, parent])).toEqual([
      ["l2", "encoder", "l1"],
      ["l1", "net", null],
      ["l3", "decoder", "l1"],
    ]);
  });

  test("close to one node in the frame around them, which reads what they read", () => {
    const found = arrange(layers, state, { ...PLAIN, closed: new Set(["l2"]) });
    expect([...found.nodes.keys()]).toEqual(["v0", "layer l2", "a3", "a4"]);
    expect(found.nodes.get("layer l2")).toMatchObject({ label: "encoder +2", group: "l1" });
    expect(found.nodes.get("layer l2")!.inputs).toEqual([["v0", 0]]);
  });

  test("close with all that is in them, whatever of it is closed already", () => {
    const found = arrange(layers, state, { ...PLAIN, closed: new Set(["l2", "l1"]) });
    expect([...found.nodes.keys()]).toEqual(["v0", "layer l1", "a4"]);
    expect(found.nodes.get("a4")!.inputs!.map(([from]) => from)).toEqual(["layer l1", "layer l1"]);
    expect([...found.frames.keys()]).toEqual([]);
  });

  test("are all folded by a key and all unfolded by it, without a word of circles", () => {
    const { element } = show(layers);
    const stage = element.querySelectorAll<HTMLElement>(".tg-stage")[1]!;
    expect(frames(stage)).toEqual(["l1", "l2", "l3"]);
    press(stage, "u");
    expect(nodes(stage)).toEqual(["a4", "layer l1", "v0"]);
    press(stage, "u");
    expect(frames(stage)).toEqual(["l1", "l2", "l3"]);
    expect(element.querySelectorAll(".tg-notice:not([hidden])").length).toBe(0);
  });

  test("that are in each other are drawn all the same", () => {
    const groups = {
      l1: { label: "a", kind: "layer" as const, parent: "l2" },
      l2: { label: "b", kind: "layer" as const, parent: "l1" },
    };
    const { element } = show({ ...layers, groups });
    expect(nodes(element.querySelectorAll(".tg-stage")[1]!).length).toBe(5);
    expect(element.querySelector(".tg-message")).toBeNull();
  });
});

/** exp(x) * exp(x), of which a merge made one exp. */
const twice: Document = {
  schema: "teachgraph/1",
  minor: 2,
  title: "twice",
  graphs: {
    g0: {
      nodes: [
        { id: "v0", kind: "input", label: "x", types: ["float64[]"] },
        apply("a1", "v0"),
        apply("a2", "v0"),
        { ...apply("a3", "a1"), inputs: [["a1", 0] as const, ["a2", 0] as const] },
      ],
      outputs: [["a3", 0]],
    },
  },
  timeline: [
    {
      t: "rewrite",
      rule: "merge",
      map: { a2: ["a1"] },
      add: [],
      remove: ["a2"],
      rewire: [["a3", 1, ["a1", 0]]],
      outputs: [],
      at: "a2",
    },
  ],
};

describe("what is written twice", () => {
  test("is known by what a merge put together, constants aside", () => {
    expect([...joined(new History(twice))]).toEqual([
      ["a1", ["a1", "a2"]],
      ["a2", ["a1", "a2"]],
    ]);
    expect([...joined(new History(fixtures.logistic))]).toEqual([]);
  });

  test("is marked where the reader asks for it, in both pictures", () => {
    const { element, select } = show(twice);
    const [before, now] = element.querySelectorAll<HTMLElement>(".tg-stage");
    const marked = (stage: Element): string[] =>
      [...stage.querySelectorAll(".tg-joined")].map((one) => one.getAttribute("data-id")!);
    expect(marked(element)).toEqual([]);
    press(before!, "c");
    expect([marked(before!), marked(now!)]).toEqual([["a1", "a2"], ["a1"]]);
    press(before!, "c");
    expect(marked(element)).toEqual([]);
    select("a1");
    expect(element.querySelector(".tg-inspector")!.textContent).toContain("written 2 times");
  });
});

describe("a loop of many turns", () => {
  const long: Document = {
    ...loopDocument,
    timeline: loopDocument.timeline.map((event) =>
      event.t === "eval" && event.node === "a0" ? { ...event, turns: [0, 50] as const } : event,
    ),
  };

  test("says which turns are recorded", () => {
    const { element, evaluate } = show(long);
    evaluate(2);
    const said = element.querySelector(".tg-stepper")!.textContent;
    expect(said).toContain("Turns 0 to 1 are recorded, counted from 0, there are 50 in all.");
  });

  test("asks the kernel for others", () => {
    const asked: unknown[] = [];
    const { element, evaluate } = show(long, { ask: (request) => void asked.push(request) });
    evaluate(4);
    const box = element.querySelector<HTMLInputElement>(".tg-values input[type=number]")!;
    box.value = "20";
    press(box, "Enter");
    expect(asked).toEqual([{ do: "turns", event: 4, level: 0, first: 20 }]);
  });
});

test("a document of a newer minor version is read, without what is not known", () => {
  const newer = {
    ...layers,
    minor: 9,
    novelty: [1],
    groups: { l1: { ...layers.groups!["l1"], x: 1 } },
  };
  const reading = read(newer);
  expect("document" in reading && reading.document.groups).toEqual({
    l1: { label: "net", kind: "layer" },
  });
});
