import { afterEach, describe, expect, test, vi } from "vitest";
import { pausedIn } from "../src/core/live";
import { Trace } from "../src/core/trace";
import type { Document } from "../src/protocol";
import { loopDocument, press, show, unmountAll } from "./support";

afterEach(unmountAll);

const value = (n: number) => ({ dtype: "float64", shape: [], text: String(n), data: [n] });
const inner = (i: number, j: number) =>
  ({
    t: "eval",
    node: "a1",
    graph: "g2",
    path: [
      ["a9", i],
      ["a8", j],
    ],
    outputs: [value(10 * i + j)],
  }) as const;
const loop = (i: number) =>
  ({
    t: "eval",
    node: "a8",
    graph: "g1",
    path: [["a9", i]],
    turns: [0, 2],
    outputs: [value(i)],
  }) as const;

const node = (id: string, op: string, reads: string[], within?: string) => ({
  id,
  kind: "apply" as const,
  op,
  label: op,
  types: ["float64[]"],
  inputs: reads.map((read) => [read, 0] as const),
  ...(within ? { inner: within } : {}),
});
const input = (id: string, label: string) => ({
  id,
  kind: "input" as const,
  label,
  types: ["float64[]"],
});

/** A loop of 30 turns, of which two are recorded, around a loop of two turns. */
const nested: Document = {
  schema: "teachgraph/1",
  minor: 2,
  title: "nested",
  graphs: {
    g0: { nodes: [input("v0", "x"), node("a9", "scan", ["v0"], "g1")], outputs: [["a9", 0]] },
    g1: { nodes: [input("v1", "row"), node("a8", "scan in", ["v1"], "g2")], outputs: [["a8", 0]] },
    g2: { nodes: [input("v2", "a"), node("a1", "sqr", ["v2"])], outputs: [["a1", 0]] },
  },
  timeline: [
    { t: "eval", node: "v0", outputs: [value(7)] },
    ...[0, 1].flatMap((i) => [inner(i, 0), inner(i, 1), loop(i)]),
    { t: "eval", node: "a9", turns: [0, 30], outputs: [value(1)] },
  ],
};

const words = (root: Element, selector: string): string =>
  root.querySelector(selector)?.textContent ?? "";
const stage = (root: Element): Element => [...root.querySelectorAll(".tg-stage")].at(-1)!;
const position = (root: Element): string => words(root, ".tg-stepper .tg-position");
const click = (root: Element, name: string): void =>
  [...root.querySelectorAll<HTMLElement>("button")]
    .find((one) => one.getAttribute("aria-label") === name)!
    .click();
const box = (root: Element, level: number): HTMLInputElement =>
  root.querySelectorAll<HTMLInputElement>(".tg-turn input")[level]!;
const turnTo = (root: Element, level: number, turn: number): void => {
  box(root, level).value = String(turn);
  press(box(root, level), "Enter");
};

describe("a trace of loops in loops", () => {
  const trace = new Trace(nested);

  test("is entered and left at every depth", () => {
    expect([trace.next(1), trace.into(1), trace.next(2), trace.out(3)]).toEqual([8, 2, 3, 4]);
    expect([trace.out(4), trace.next(4), trace.back(7)]).toEqual([8, 7, 4]);
    expect([trace.backInto(8), trace.backInto(4), trace.backInto(1)]).toEqual([2, 2, null]);
  });

  test("knows which turns are recorded and how many there were", () => {
    expect(trace.turnsOf("a9", [])).toEqual([0, 1]);
    expect(trace.turnsOf("a8", [["a9", 1]])).toEqual([0, 1]);
    expect([trace.countOf("a9", []), trace.countOf("a8", [["a9", 0]])]).toEqual([30, 2]);
    expect(trace.countOf("a8", [["a9", 5]])).toBeNull();
    const at = trace.entry([
      ["a9", 1],
      ["a8", 1],
    ]);
    expect(trace.at(at!)!.outputs[0]!.data).toEqual([11]);
  });
});

describe("the boxes for turns", () => {
  test("lead to the value at turn (i, j), and say what is recorded", () => {
    const { element } = show(nested);
    press(stage(element), "n");
    press(stage(element), "e");
    expect(words(element, ".tg-stepper .tg-values")).toContain("scan, turn 0 › scan in, turn 0");
    turnTo(element, 0, 1);
    turnTo(element, 1, 1);
    expect(words(element, ".tg-stepper .tg-values pre")).toBe("11");
    expect(words(element, ".tg-stepper")).toContain("Turns 0 to 1 are recorded");
    expect(words(element, ".tg-stepper")).toContain("there are 30 in all");
    expect(words(element, ".tg-stepper")).toContain("All 2 turns are recorded");
  });

  test("ask a kernel for a turn that is not recorded, and the reader gets there", () => {
    const ask = vi.fn();
    const viewer = show(nested, { ask });
    const { element } = viewer;
    press(stage(element), "n");
    press(stage(element), "e");
    turnTo(element, 0, 99);
    expect(ask).toHaveBeenCalledWith({ do: "turns", event: 2, level: 0, first: 29 });
    const timeline = [nested.timeline[0]!, inner(29, 0), inner(29, 1), loop(29)];
    viewer.setDocument({ ...nested, timeline });
    expect(words(element, ".tg-stepper .tg-values")).toContain("scan, turn 29 › scan in, turn 0");
  });

  test("say without a kernel that it is not recorded", () => {
    const { element } = show(nested);
    press(stage(element), "n");
    press(stage(element), "e");
    turnTo(element, 0, 20);
    expect(words(element, ".tg-live")).toContain("not recorded");
    expect(position(element)).toBe("2 / 8");
  });

  test("a breakpoint on a turn stops there", () => {
    const { element } = show(nested);
    const text = element.querySelector<HTMLInputElement>(".tg-breakpoints input")!;
    text.value = "turn[0] = 1 and turn = 1";
    press(text, "Enter");
    click(element, "run to the next breakpoint");
    expect(words(element, ".tg-stepper .tg-values pre")).toBe("11");
  });
});

test("another run of the same graphs keeps the elements, the focus and the place", () => {
  const viewer = show(loopDocument, { ask: vi.fn() });
  const { element } = viewer;
  press(stage(element), "n");
  const slider = element.querySelector<HTMLInputElement>("input[type=range]:not([hidden])")!;
  slider.focus();
  const first = loopDocument.timeline[0]!;
  const changed = { ...first, outputs: [{ ...value(3) }] } as typeof first;
  viewer.setDocument({ ...loopDocument, timeline: [changed, ...loopDocument.timeline.slice(1)] });
  expect(document.activeElement).toBe(slider);
  expect(words(element, ".tg-stepper .tg-values pre")).toBe("3");
  expect(position(element)).toBe("1 / 4");
});

describe("a paused call", () => {
  const paused = { state: "paused", where: "sqr, turn 1 of scan", at: 3, depth: 1 };

  test("says where it stands, leads the reader there, and is led on by buttons and keys", () => {
    const ask = vi.fn();
    const viewer = show({ ...loopDocument, timeline: loopDocument.timeline.slice(0, 3) }, { ask });
    viewer.setPaused(paused);
    const { element } = viewer;
    expect(words(element, ".tg-call-words")).toBe("The call is paused after sqr, turn 1 of scan.");
    expect(position(element)).toBe("3 / 3");
    press(stage(element), "n");
    press(stage(element), "e");
    press(stage(element), "o");
    click(element, "run the paused call to its end without stopping");
    const asked = ask.mock.calls.map(([request]) => request.how);
    expect(asked).toEqual(["next", "into", "out", "leave"]);
  });

  test("takes the breakpoints along that are on", () => {
    const ask = vi.fn();
    const viewer = show(loopDocument, { ask });
    viewer.setPaused({ ...paused, at: 4 });
    const text = viewer.element.querySelector<HTMLInputElement>(".tg-breakpoints input")!;
    text.value = "nan > 0";
    press(text, "Enter");
    click(viewer.element, "run the paused call to the next breakpoint");
    const breaks = [{ node: null, text: "nan > 0" }];
    expect(ask).toHaveBeenCalledWith({ do: "lead", how: "go", breaks });
  });

  test("is stepped back in without asking, and on again only at its end", () => {
    const ask = vi.fn();
    const viewer = show(loopDocument, { ask });
    viewer.setPaused({ ...paused, at: 4 });
    press(stage(viewer.element), "b");
    press(stage(viewer.element), "n");
    expect(ask).not.toHaveBeenCalled();
    press(stage(viewer.element), "n");
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test("offers nothing once it is over, or where it was never paused", () => {
    const viewer = show(loopDocument, { ask: vi.fn() });
    const card = viewer.element.querySelector<HTMLElement>(".tg-call[role=group]")!;
    expect(card.hidden).toBe(true);
    viewer.setPaused({ state: "away", words: "This front end does not answer." });
    expect(words(viewer.element, ".tg-call-words")).toBe("This front end does not answer.");
    viewer.setPaused({ state: "over" });
    expect(card.querySelector<HTMLElement>(".tg-row")!.hidden).toBe(true);
  });

  test("that is told in strange words is shown as text, or not at all", () => {
    const viewer = show(loopDocument, { ask: vi.fn() });
    viewer.setPaused({ ...paused, where: "<img src=x onerror=alert(1)>", at: "x", depth: -1 });
    expect(viewer.element.querySelector("img")).toBeNull();
    expect(words(viewer.element, ".tg-call-words")).toContain("<img");
    for (const data of [null, 3, {}, { state: "dance" }, []]) expect(pausedIn(data)).toBeNull();
  });
});

test("a branch says that the other one is not computed", () => {
  const g0 = { nodes: [input("v0", "x"), node("a0", "ifelse", ["v0"])], outputs: [["a0", 0]] };
  const shown = {
    ...loopDocument,
    graphs: { ...loopDocument.graphs, g0 },
    timeline: [
      { t: "eval", node: "a1", graph: "g1", path: [["a0", 1]], outputs: [value(1)] },
      { t: "eval", node: "a0", outputs: [value(1)] },
    ],
    memory: [],
  };
  const { element } = show(shown);
  press(stage(element), "e");
  const said = words(element, ".tg-stepper .tg-values");
  expect(said).toContain("in the second branch of ifelse; the first is not computed");
  expect(element.querySelector(".tg-turn")).toBeNull();
});
