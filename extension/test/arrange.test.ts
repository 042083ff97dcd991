import { describe, expect, test } from "vitest";
import { arrange, coneOf, PLAIN } from "../src/core/arrange";
import { place } from "../src/core/layout/nested";
import { History, start } from "../src/core/model";
import { Places } from "../src/core/places";
import { sceneOf } from "../src/core/render/compose";
import { requestOf } from "../src/core/render/scene";
import { View } from "../src/core/view";
import type { Document, Node as GraphNode } from "../src/protocol";
import { fixtures, kernelDocument, loopDocument, randomDocument } from "./support";

const NO_MARKS = { marks: new Map(), values: new Map() };

function opened(document: Document, ids: readonly string[]) {
  const state = start(document.graphs["g0"]!);
  return arrange(document, state, { ...PLAIN, unfolded: new Set(ids) });
}

describe("an unfolded kernel", () => {
  test("is drawn in place: its nodes read what it read, and are read in its stead", () => {
    const { nodes, outputs, frames } = opened(kernelDocument, ["a2"]);
    expect([...nodes.keys()].sort()).toEqual(["a2/a11", "a2/a12", "a3", "v0", "v1"]);
    expect(nodes.get("a2/a11")!.inputs).toEqual([["v0", 0]]);
    expect(nodes.get("a2/a12")!.inputs).toEqual([
      ["a2/a11", 0],
      ["v1", 0],
    ]);
    expect(nodes.get("a3")!.inputs).toEqual([["a2/a12", 0]]);
    expect(outputs).toEqual([["a3", 0]]);
    expect(frames.get("a2")).toEqual({ label: "fused{exp, mul}", kind: "fused", parent: null });
  });

  test("leads from its own id to a node that is drawn", () => {
    const view = new View(kernelDocument, "g0", { direction: "down", still: false });
    expect(view.toggle("a2")).toBe(true);
    expect(view.drawn("a2")).toBe("a2/a12");
    expect(view.toggle("a2")).toBe(true);
    expect(view.drawn("a2/a12")).toBe("a2");
  });

  test("has all its nodes inside its frame, and no other", () => {
    for (const direction of ["down", "right"] as const) {
      const state = opened(kernelDocument, ["a2"]);
      const order = new Map([...state.nodes.keys()].map((id, i) => [id, i]));
      const right = direction === "right";
      const { ids, edges, frames, request } = requestOf(state, order, () => null, right);
      const scene = sceneOf(
        state,
        { ids, edges, frames, placement: place(request), right },
        NO_MARKS,
      );
      const [frame] = scene.frames;
      for (const box of scene.boxes) {
        const inside =
          box.x - box.w / 2 >= frame!.x &&
          box.x + box.w / 2 <= frame!.x + frame!.w &&
          box.y - box.h / 2 >= frame!.y &&
          box.y + box.h / 2 <= frame!.y + frame!.h;
        expect(inside, `${direction} ${box.id}`).toBe(box.id.startsWith("a2/"));
      }
    }
  });
});

describe("an unfolded loop", () => {
  test("keeps its inputs, fed from outside, and leads back to the next turn", () => {
    const { nodes, back, frames } = opened(loopDocument, ["a0"]);
    expect(nodes.get("a0/v1")!.inputs).toEqual([["v0", 0]]);
    expect(back).toEqual([["a0/a1", "a0/v1"]]);
    expect(frames.get("a0")!.kind).toBe("scan");
  });
});

describe("folding", () => {
  test("puts what only a node needs into it", () => {
    const state = start(fixtures.logistic.graphs["g0"]!);
    expect([...coneOf(state, "a3")].sort()).not.toContain("v0");
    const folded = arrange(fixtures.logistic, state, { ...PLAIN, folded: new Set(["a3"]) });
    expect([...folded.nodes.keys()].sort()).toEqual(["a3", "v0"]);
    expect(folded.nodes.get("a3")!.inputs).toEqual([["v0", 0]]);
    expect(folded.stands.get("a1")).toBe("a3");
  });

  test("closes a layer to one node that gives what the layer gave", () => {
    const node = (id: string, inputs: [string, number][], group?: string): GraphNode => ({
      id,
      kind: inputs.length ? "apply" : "input",
      label: id,
      types: ["float64[]"],
      inputs,
      ...(group ? { group } : {}),
    });
    const nodes = [
      node("v0", []),
      node("a1", [["v0", 0]], "k1"),
      node("a2", [["a1", 0]], "k1"),
      node("a3", [["a2", 0]]),
    ];
    const graphs = { g0: { nodes, outputs: [["a3", 0] as const] } };
    const groups = { k1: { label: "layer", kind: "layer" as const } };
    const document: Document = { ...fixtures.logistic, graphs, groups, timeline: [] };
    const closed = arrange(document, start(graphs.g0), { ...PLAIN, closed: new Set(["k1"]) });
    expect([...closed.nodes.keys()]).toEqual(["v0", "layer k1", "a3"]);
    expect(closed.nodes.get("a3")!.inputs).toEqual([["layer k1", 0]]);
    expect(closed.nodes.get("layer k1")!.inputs).toEqual([["v0", 0]]);
  });
});

describe("when nothing may move", () => {
  test("a node has one place in all states, in both directions", () => {
    for (const direction of ["down", "right"] as const) {
      const document = randomDocument(60, 30, 9);
      const view = new View(document, "g0", { direction, still: true });
      const seen = new Map<string, string>();
      for (let k = 0; k <= view.history.length; k += 1) {
        view.places.get(k, ({ ids, placement }) => {
          expect(new Set(ids)).toEqual(new Set(view.at(k).nodes.keys()));
          ids.forEach((id, i) => {
            const at = `${placement.x[i]} ${placement.y[i]}`;
            expect(seen.get(id) ?? at).toBe(at);
            seen.set(id, at);
          });
        });
      }
    }
  });
});

describe("a picture that goes to the right", () => {
  test("is the turned picture of the one that goes down", () => {
    const document = randomDocument(40, 0, 2);
    const history = new History(document);
    new Places(history, undefined, { direction: "right", still: false }).get(0, (placed) => {
      const at = new Map(placed.ids.map((id, i) => [id, placed.placement.x[i]!]));
      for (const node of history.at(0).nodes.values()) {
        for (const [from] of node.inputs ?? []) {
          expect(at.get(node.id)!).toBeGreaterThan(at.get(from)!);
        }
      }
    });
  });
});
