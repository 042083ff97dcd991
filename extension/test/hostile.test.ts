import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { find } from "../src/core/find";
import { listings } from "../src/core/listings";
import { read } from "../src/core/read";
import { Trace } from "../src/core/trace";
import { View } from "../src/core/view";
import { chance, fixtures, press, show, unmountAll, upTo } from "./support";

let complaints: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  unmountAll();
  complaints.mockRestore();
});

const small = [fixtures.difference, fixtures.failure, fixtures.logistic];

const MARKUP = `<img src=x onerror="document.body.dataset.hacked='1'"><script>alert(1)</script>`;
const FORBIDDEN =
  "img, script, iframe, a, link, object, embed, form, foreignObject, [onerror], [onload]";

/** The same document with every text replaced. */
function withTexts(
  data: unknown,
  replace: (text: string, key: string) => string,
  key = "",
): unknown {
  if (typeof data === "string") return replace(data, key);
  if (Array.isArray(data)) return data.map((part) => withTexts(part, replace, key));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, part]) => [name, withTexts(part, replace, name)]),
  );
}

const STRUCTURE = new Set(["schema", "t", "kind", "id", "node", "at", "inputs", "outputs", "map"]);
STRUCTURE.add("add").add("remove").add("rewire").add("phase").add("nodes");

function visit(root: Element): void {
  const stage = root.querySelectorAll(".tg-stage")[1];
  if (!stage) return;
  for (const key of ["Home", "]", "]", "ArrowUp", "ArrowUp", "+", "0", "Enter"]) press(stage, key);
  for (const button of root.querySelectorAll<HTMLButtonElement>("button")) button.click();
}

describe("names with markup", () => {
  test("are shown as text in every panel and make no element", { timeout: 30_000 }, () => {
    for (const fixture of small) {
      const bad = withTexts(fixture, (text, key) => (STRUCTURE.has(key) ? text : MARKUP));
      const { element } = show(bad);
      visit(element);
      expect(element.querySelectorAll(FORBIDDEN).length).toBe(0);
      expect(document.body.dataset["hacked"]).toBeUndefined();
    }
    expect(complaints).not.toHaveBeenCalled();
  });

  test("are drawn whole in the title", () => {
    const { element } = show({ ...fixtures.logistic, title: MARKUP });
    expect(element.querySelector(".tg-title")!.textContent).toBe(MARKUP);
  });

  test("inside a formula stay text", () => {
    const rule = { why: "w", latex: `\\text{${MARKUP}} \\href{javascript:alert(1)}{x} ${MARKUP}` };
    const { element } = show({
      ...fixtures.logistic,
      rules: { one_over_one_plus_exp_of_minus: rule },
    });
    expect(element.querySelectorAll(`${FORBIDDEN}, [href]`).length).toBe(0);
    expect(element.querySelector("math mtext")!.textContent).toContain("<img");
  });
});

describe("documents that are none", () => {
  test.each([
    undefined,
    null,
    0,
    "{",
    "teachgraph",
    [],
    {},
    { schema: 1 },
    { schema: "teachgraph/1" },
    { schema: "teachgraph/1", graphs: [] },
    { schema: "teachgraph/1", graphs: { g0: null } },
    { schema: "teachgraph/1", graphs: { g1: { nodes: [], outputs: [] } } },
  ])("become a message: %j", (data) => {
    const { element } = show(data);
    expect(element.querySelector(".tg-message")!.textContent).toContain("cannot be shown");
  });

  test("with no node at all are drawn as nothing", () => {
    const { element } = show({
      schema: "teachgraph/1",
      minor: 0,
      title: "",
      graphs: { g0: { nodes: [], outputs: [] } },
      timeline: [],
    });
    visit(element);
    expect(element.querySelectorAll(".tg-node").length).toBe(0);
  });
});

describe("documents that are broken", () => {
  test("lose the broken parts, with a notice", () => {
    const nodes = [...fixtures.logistic.graphs["g0"]!.nodes, { id: 7 }, "node", null];
    const graphs = { g0: { nodes, outputs: [["a3", 0], "a3"] } };
    const { element } = show({ ...fixtures.logistic, graphs });
    expect(element.querySelector(".tg-notice")!.textContent).toContain("4 parts");
    expect(element.querySelectorAll(".tg-pane:first-child .tg-node").length).toBe(7);
  });

  test("with nodes that read each other in a circle are drawn with a notice", () => {
    const nodes = [
      { id: "a0", kind: "apply", label: "p", types: ["f"], inputs: [["a1", 0]] },
      { id: "a1", kind: "apply", label: "q", types: ["f"], inputs: [["a0", 0]] },
    ];
    const graphs = { g0: { nodes, outputs: [["a0", 0]] } };
    const { element } = show({ ...fixtures.logistic, graphs, timeline: [] });
    visit(element);
    const notices = [...element.querySelectorAll<HTMLElement>(".tg-notice")];
    expect(notices.some((one) => !one.hidden && one.textContent!.includes("circle"))).toBe(true);
  });

  test("with an object that contains itself are read once round", () => {
    const graphs = { g0: fixtures.logistic.graphs["g0"] } as Record<string, unknown>;
    const cyclic: Record<string, unknown> = { ...fixtures.logistic, graphs };
    cyclic["rules"] = cyclic;
    graphs["g1"] = cyclic;
    expect("document" in read(cyclic)).toBe(true);
  });

  test("with a giant text keep its beginning", () => {
    const { element } = show({ ...fixtures.logistic, title: "x".repeat(5_000_000) });
    expect(element.querySelector(".tg-title")!.textContent!.length).toBeLessThan(30_000);
  });

  test("with keys of the prototype change nothing", () => {
    const text = JSON.stringify(fixtures.logistic).replace(
      '"rules":{',
      '"rules":{"__proto__":{"why":"polluted","equation":"p"},',
    );
    show(JSON.parse(text));
    expect(({} as Record<string, unknown>)["why"]).toBeUndefined();
  });
});

describe("fuzzed documents", () => {
  const POISON = [null, -1, 1e308, "", MARKUP, [], {}, true, [["a0", 0]], "a0", "__proto__", 0.5];

  /** Replaces, drops or doubles parts at random places. */
  function mutate(data: unknown, random: () => number): unknown {
    if (random() < 0.02) return POISON[upTo(random, POISON.length)];
    if (Array.isArray(data)) {
      const parts = data.map((part) => mutate(part, random));
      if (random() < 0.05) parts.splice(upTo(random, parts.length + 1), 1);
      if (random() < 0.05 && parts.length) parts.push(parts[upTo(random, parts.length)]);
      return parts;
    }
    if (typeof data !== "object" || data === null) return data;
    const kept = Object.entries(data).filter(() => random() > 0.01);
    return Object.fromEntries(kept.map(([key, part]) => [key, mutate(part, random)]));
  }

  test("are read, replayed, unfolded and laid out, 10,000 times, without a throw", () => {
    const random = chance(7);
    for (let i = 0; i < 10_000; i += 1) {
      const reading = read(mutate(small[i % small.length], random));
      if ("fault" in reading) continue;
      const view = new View(reading.document, "g0", { direction: "right", still: i % 5 === 0 });
      view.all(true);
      view.step = upTo(random, view.history.length + 1);
      const ids = [...view.at(view.step).nodes.keys()];
      if (ids.length) view.fold(ids[upTo(random, ids.length)]!);
      if (i % 10 === 0) view.places.get(view.step, () => undefined);
      const trace = new Trace(reading.document);
      trace.valuesAt(upTo(random, trace.length + 1));
      listings(reading.document);
      find(reading.document, view.history, view.at(view.step), "op:exp x");
    }
  }, 60_000);

  test("neither throw nor make forbidden elements, 100 times", () => {
    const random = chance(2024);
    for (let i = 0; i < 100; i += 1) {
      const data = mutate(small[i % small.length], random);
      const { element } = show(data);
      if (i % 8 === 0) visit(element);
      expect(element.querySelectorAll(FORBIDDEN).length).toBe(0);
      expect(complaints.mock.calls).toEqual([]);
      unmountAll();
    }
  }, 60_000);
});
