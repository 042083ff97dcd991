import { describe, expect, test } from "vitest";
import { apply, History, inverse, start, type State } from "../src/core/model";
import { fixtures, randomDocument } from "./support";

function facts(state: State): unknown {
  const nodes = [...state.nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { nodes, outputs: state.outputs, updates: state.updates };
}

describe("apply and inverse", () => {
  test("every change of a random history can be taken back", () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const history = new History(randomDocument(40, 60, seed));
      let state = history.at(0);
      for (const rewrite of history.rewrites) {
        const after = apply(state, rewrite);
        expect(facts(apply(after, inverse(state, rewrite)))).toEqual(facts(state));
        state = after;
      }
    }
  });

  test("a change leaves the state that it starts from as it was", () => {
    const history = new History(fixtures.logistic);
    const before = JSON.stringify(facts(history.at(0)));
    apply(history.at(0), history.rewrites[0]!);
    expect(JSON.stringify(facts(history.at(0)))).toBe(before);
  });

  test("what a change names and the state lacks is passed over", () => {
    const state = start(fixtures.logistic.graphs["g0"]!);
    const after = apply(state, {
      add: [],
      remove: ["a99"],
      rewire: [
        ["a98", 0, ["v0", 0]],
        ["a0", 7, ["v0", 0]],
      ],
      outputs: [[5, ["v0", 0]]],
      updates: [[3, ["v0", 0]]],
    });
    expect(facts(after)).toEqual(facts(state));
  });
});

describe("History", () => {
  test("gives the same state for a step from wherever it comes", () => {
    const document = randomDocument(50, 130, 7);
    const straight = new History(document);
    const states = Array.from({ length: 131 }, (_, k) => facts(straight.at(k)));
    const jumping = new History(document);
    for (const k of [130, 0, 64, 63, 65, 26, 25, 24, 129, 1, 130]) {
      expect(facts(jumping.at(k))).toEqual(states[k]);
    }
  });

  test("ends the logistic function with two nodes", () => {
    const history = new History(fixtures.logistic);
    expect([...history.at(2).nodes.keys()].sort()).toEqual(["a4", "v0"]);
    expect(history.at(2).outputs).toEqual([["a4", 0]]);
  });

  test("never reads a node that is not there", () => {
    const history = new History(fixtures.network);
    for (let k = 0; k <= history.length; k += 1) {
      const { nodes, outputs } = history.at(k);
      const read = [...nodes.values()].flatMap(({ inputs }) => inputs ?? []).concat(outputs);
      expect(read.filter(([id]) => !nodes.has(id))).toEqual([]);
    }
  });

  test("knows the nodes that the user wrote from which a new one came", () => {
    const history = new History(fixtures.logistic);
    expect([...history.originsOf("a4")].sort()).toEqual(["a0", "a1", "a2", "a3", "c0", "c1"]);
    expect([...history.kin(["a1"], history.at(2))]).toEqual(["a4"]);
  });

  test("tells the passes with the rewrites in them", () => {
    expect(new History(fixtures.difference).passes).toEqual([
      { name: "merge", start: 0, end: 2 },
      { name: "canonicalize", start: 2, end: 3 },
    ]);
  });
});
