import { afterEach, describe, expect, test, vi } from "vitest";
import type { Document } from "../src/protocol";
import { fixtures, kernelDocument, loopDocument, press, show, unmountAll } from "./support";

afterEach(unmountAll);

const words = (root: Element, selector: string): string =>
  root.querySelector(selector)?.textContent ?? "";
const now = (root: Element): HTMLElement => root.querySelectorAll<HTMLElement>(".tg-stage")[1]!;
const marked = (stage: Element, mark: string): string[] =>
  [...stage.querySelectorAll(`.tg-node.tg-${mark}`)].map((one) => one.getAttribute("data-id")!);

function click(root: Element, name: string): void {
  root.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function type(root: Element, selector: string, text: string): HTMLInputElement {
  const box = root.querySelector<HTMLInputElement>(selector)!;
  box.value = text;
  return box;
}

describe("search", () => {
  test("marks what it finds, and Enter goes from one to the next", () => {
    const { element } = show(fixtures.logistic);
    press(now(element), "/");
    const box = type(element, ".tg-search input", "1");
    expect(document.activeElement).toBe(box);
    press(box, "Enter");
    expect(marked(element.querySelector(".tg-stage")!, "found").length).toBe(2);
    expect(words(element, ".tg-found-count")).toBe("1 of 2");
    press(box, "Enter");
    expect(words(element, ".tg-found-count")).toBe("2 of 2");
    press(box, "Escape");
    expect(marked(element.querySelector(".tg-stage")!, "found").length).toBe(0);
  });
});

describe("following", () => {
  test("lights what a node needs and lets the rest fade, by key and by button", () => {
    const viewer = show(fixtures.logistic);
    const { element } = viewer;
    press(now(element), "Home");
    viewer.select("a1");
    press(now(element), "a");
    expect(marked(now(element), "lit").sort()).toEqual(["a0", "a1", "v0"]);
    expect(marked(now(element), "dim").length).toBe(4);
    expect(words(element, ".tg-live")).toContain("3 nodes");
    click(element, "what needs it");
    expect(marked(now(element), "lit").length).toBe(3);
    press(now(element), "Escape");
    expect(marked(now(element), "dim").length).toBe(0);
  });

  test("shows the ways from a marked node", () => {
    const viewer = show(fixtures.logistic);
    press(now(viewer.element), "Home");
    viewer.select("v0");
    press(now(viewer.element), "m");
    viewer.select("a1");
    press(now(viewer.element), "p");
    expect(marked(now(viewer.element), "lit").length).toBe(3);
  });
});

describe("unfolding", () => {
  test("draws the inside of the selected node in a frame, and takes it back", () => {
    const viewer = show(kernelDocument);
    viewer.select("a2");
    press(now(viewer.element), "Enter");
    expect(words(viewer.element, ".tg-frame-fused text")).toBe("fused{exp, …");
    expect(now(viewer.element).dataset["nodes"]).toBe("5");
    press(now(viewer.element), "u");
    expect(now(viewer.element).dataset["nodes"]).toBe("4");
  });

  test("folds what only the selected node needs", () => {
    const viewer = show(fixtures.logistic);
    press(now(viewer.element), "Home");
    viewer.select("a3");
    press(now(viewer.element), "f");
    expect(now(viewer.element).dataset["nodes"]).toBe("2");
    expect(words(viewer.element, ".tg-live")).toBe("2 nodes are drawn now.");
  });

  test("steps through the turns of an unfolded loop in place", () => {
    const viewer = show(loopDocument);
    viewer.select("a0");
    press(now(viewer.element), "Enter");
    press(now(viewer.element), "n");
    press(now(viewer.element), "e");
    expect(viewer.element.querySelector<HTMLElement>(".tg-viewer")!.dataset["graph"]).toBe("g0");
    expect(marked(now(viewer.element), "running")).toEqual(["a0/a1"]);
    expect(now(viewer.element).querySelectorAll(".tg-edge-back").length).toBe(1);
  });
});

describe("the stepper", () => {
  test("goes into the statements of a node and out again", () => {
    const { element } = show(loopDocument);
    press(now(element), "n");
    press(now(element), "n");
    press(now(element), "e");
    expect(words(element, ".tg-statements .tg-here")).toContain("for i below 2");
    press(now(element), "n");
    expect(words(element, ".tg-statements .tg-here")).toContain("x = 4");
    press(now(element), "b");
    press(now(element), "o");
    expect(element.querySelector(".tg-statements")).toBeNull();
  });

  test("runs to the next breakpoint whose condition holds", () => {
    const { element } = show(loopDocument);
    press(type(element, ".tg-breakpoints input", "value >= 16"), "Enter");
    click(element, "run to the next breakpoint");
    expect(words(element, ".tg-stepper .tg-position")).toBe("3 / 4");
    const off = element.querySelector<HTMLInputElement>(".tg-breaks input")!;
    off.checked = false;
    off.dispatchEvent(new Event("change"));
    click(element, "run to the next breakpoint");
    expect(words(element, ".tg-stepper .tg-position")).toBe("4 / 4");
  });

  test("says what a condition looks like when it cannot read one", () => {
    const { element } = show(loopDocument);
    press(type(element, ".tg-breakpoints input", "alert(1)"), "Enter");
    expect(words(element, ".tg-breakpoints .tg-bad")).toContain("nan > 0");
  });

  test("runs to the selected node, watches it, and stops there", () => {
    const viewer = show(loopDocument);
    viewer.select("a0");
    press(now(viewer.element), "v");
    expect(words(viewer.element, ".tg-watches")).toContain("not evaluated yet");
    press(now(viewer.element), "x");
    expect(marked(now(viewer.element), "stopped")).toEqual(["a0"]);
    press(now(viewer.element), "g");
    expect(words(viewer.element, ".tg-stepper .tg-position")).toBe("4 / 4");
    expect(words(viewer.element, ".tg-watches")).toContain("= 16");
  });

  test("shows how much memory is alive", () => {
    const { element } = show(loopDocument);
    press(now(element), "n");
    press(now(element), "n");
    expect(words(element, ".tg-memory p")).toBe("16 B in 1 value now; 16 B at most");
  });

  test("opens where the document says", () => {
    const { element } = show({ ...loopDocument, at: { eval: 3 } });
    expect(words(element, ".tg-stepper .tg-position")).toBe("3 / 4");
  });

  test("shows heat maps, with a sign where a cell is not finite", () => {
    const heat = { rows: 1, columns: 4, cells: "A/!>" };
    const value = {
      dtype: "float64",
      shape: [4],
      text: "…",
      min: -1,
      max: 1,
      nan: 1,
      inf: 1,
      heat,
    };
    const timeline = [{ t: "eval", node: "v0", outputs: [value], grad: [value] }] as const;
    const { element } = show({ ...loopDocument, timeline, at: { eval: 1 } });
    const map = element.querySelector(".tg-stepper .tg-heat")!;
    expect(map.querySelectorAll("rect").length).toBe(4);
    expect(map.querySelectorAll(".tg-heat-sign").length).toBe(2);
    expect(words(element, ".tg-both")).toContain("gradient of the first output");
  });
});

describe("with a kernel behind it", () => {
  test("a slider asks for another value, and the reader stays where he was", () => {
    vi.useFakeTimers();
    const ask = vi.fn();
    const viewer = show(loopDocument, { ask });
    press(now(viewer.element), "n");
    const slider = type(viewer.element, '.tg-sliders input[type="range"]', "3");
    slider.dispatchEvent(new Event("input"));
    vi.advanceTimersByTime(100);
    vi.useRealTimers();
    expect(ask).toHaveBeenCalledWith({ do: "set", node: "v0", index: 0, value: 3 });
    viewer.setDocument(loopDocument);
    expect(words(viewer.element, ".tg-stepper .tg-position")).toBe("1 / 4");
  });

  test("a rule is switched off, and stays off in the next document", () => {
    const ask = vi.fn();
    const viewer = show(fixtures.logistic, { ask });
    const box = (): HTMLInputElement =>
      viewer.element.querySelector<HTMLInputElement>(".tg-switches input")!;
    box().checked = false;
    box().dispatchEvent(new Event("change"));
    const without = ["one_over_one_plus_exp_of_minus"];
    expect(ask).toHaveBeenCalledWith({ do: "optimize", without, watch: false });
    viewer.setDocument(fixtures.difference);
    expect(box().checked).toBe(false);
    click(viewer.element, "show near misses");
    expect(ask).toHaveBeenLastCalledWith({ do: "optimize", without, watch: true });
  });

  test("a part of a large value is asked for and shown", () => {
    const look = vi.fn();
    const value = { dtype: "float64", shape: [900], text: "[0 1 ... 899]" };
    const timeline = [{ t: "eval", node: "v0", outputs: [value] }] as const;
    const viewer = show({ ...loopDocument, timeline, at: { eval: 1 } }, { ask: look });
    press(type(viewer.element, ".tg-values input", "3:5"), "Enter");
    expect(look).toHaveBeenCalledWith({ do: "look", event: 1, output: 0, index: "3:5" });
    viewer.answer({ value: { dtype: "float64", shape: [2], text: "[3. 4.]" } });
    expect(words(viewer.element, ".tg-part pre")).toBe("[3. 4.]");
    viewer.answer({ value: { dtype: 1 } });
    expect(words(viewer.element, ".tg-part pre")).toBe("[3. 4.]");
  });

  test("a refusal is shown in words", () => {
    const viewer = show(fixtures.logistic, { ask: () => undefined });
    viewer.answer({ refused: "there is no element 7" });
    expect(viewer.element.textContent).toContain("there is no element 7");
  });

  test("without one nothing offers what only a kernel can do", () => {
    const { element } = show(loopDocument);
    press(now(element), "n");
    expect(element.querySelector<HTMLElement>(".tg-sliders")!.hidden).toBe(true);
    expect(show(fixtures.logistic).element.querySelector(".tg-switches")).toBeNull();
  });
});

describe("the timeline", () => {
  test("can be limited to one rule", () => {
    const { element } = show(fixtures.difference);
    press(now(element), "Home");
    const limits = element.querySelector<HTMLSelectElement>(".tg-limits select")!;
    limits.value = "rule merge";
    limits.dispatchEvent(new Event("change"));
    expect(words(element, ".tg-limits span")).toBe("2 of 3");
    expect(element.querySelectorAll(".tg-ticks i").length).toBe(2);
    press(now(element), "End");
    press(now(element), "[");
    expect(words(element, ".tg-timeline .tg-position")).toBe("2 / 3");
  });

  test("shows what a rewrite saved and what it costs in rounding", () => {
    const timeline = fixtures.logistic.timeline.map((event) =>
      event.t === "rewrite" ? { ...event, saves: { nodes: 4, passes: 3, bytes: 2_048 } } : event,
    );
    const rules = { one_over_one_plus_exp_of_minus: { why: "w", rounding: "one unit less" } };
    const { element } = show({ ...fixtures.logistic, timeline, rules } as Document);
    const badges = [...element.querySelectorAll(".tg-saves li")].map((one) => one.textContent);
    expect(badges).toEqual(["−4 nodes", "−3 passes over memory", "−2.05 kB"]);
    expect(words(element, ".tg-explain")).toContain("rounding: one unit less");
  });
});

describe("updates of shared variables", () => {
  test("leave the picture with their name", () => {
    const nodes = [
      { id: "s0", kind: "shared", label: "w", types: ["float64[]"] },
      { id: "a1", kind: "apply", label: "neg", types: ["float64[]"], inputs: [["s0", 0]] },
    ];
    const graphs = { g0: { nodes, outputs: [], updates: [["s0", ["a1", 0]]] } };
    const { element } = show({ ...fixtures.logistic, graphs, timeline: [] });
    expect(words(element, '[data-id="a1"] .tg-output')).toBe("new w");
  });
});

describe("code", () => {
  test("lights the nodes of a chosen line, and marks the lines of a node", () => {
    const viewer = show(fixtures.logistic);
    press(now(viewer.element), "Home");
    const line = viewer.element.querySelector<HTMLElement>(".tg-code .tg-live-line")!;
    line.click();
    expect(marked(now(viewer.element), "lit").length).toBeGreaterThan(0);
    press(line, "Enter");
    expect(marked(now(viewer.element), "lit").length).toBe(0);
    viewer.select("a1");
    expect(words(viewer.element, ".tg-code .tg-here")).toContain("T.exp(-x)");
  });

  test("shows generated source with the nodes of its lines", () => {
    const listings = [
      { language: "c", title: "C", lines: [{ text: "int i;" }, { text: "x = 1;", nodes: ["a4"] }] },
    ];
    const { element } = show({ ...fixtures.logistic, listings });
    const choice = element.querySelector<HTMLSelectElement>(".tg-codes select")!;
    choice.value = "1";
    choice.dispatchEvent(new Event("change"));
    element.querySelector<HTMLElement>(".tg-code .tg-live-line")!.click();
    expect(marked(now(element), "lit")).toEqual(["a4"]);
  });
});

describe("the hover card", () => {
  test("tells type, documentation and line of the selected node, and Escape takes it away", () => {
    const viewer = show(fixtures.logistic);
    press(now(viewer.element), "Home");
    viewer.select("a1");
    press(now(viewer.element), "i");
    const card = viewer.element.querySelector<HTMLElement>(".tg-hover")!;
    expect(card.hidden).toBe(false);
    expect(card.textContent).toContain("e raised to each element.");
    expect(words(card, "mark")).toBe("1 + T.exp(-x)");
    press(now(viewer.element), "Escape");
    expect(card.hidden).toBe(true);
  });
});

describe("ways to look", () => {
  test("are chosen by key and told to the host", () => {
    const chosen: unknown[] = [];
    const viewer = show(fixtures.logistic, { onOptions: (options) => chosen.push(options) });
    for (const key of ["r", "l", "t"]) press(now(viewer.element), key);
    expect(chosen).toEqual([{ direction: "right" }, { still: true }, { types: true }]);
    expect(now(viewer.element).querySelectorAll(".tg-edge text")[0]!.textContent).toContain(
      "float",
    );
  });

  test("come from the host, and what is none is passed over", () => {
    const viewer = show(fixtures.logistic);
    viewer.setOptions({ theme: "dark", direction: "sideways", present: 1 });
    expect(viewer.element.dataset["tgTheme"]).toBe("dark");
    expect(viewer.element.querySelector(".tg-present")).toBeNull();
  });

  test("a presentation is stepped by Page Up and Page Down, and left by Escape", () => {
    const { element } = show(fixtures.difference);
    press(now(element), "P");
    expect(element.querySelector(".tg-present")).not.toBeNull();
    press(now(element), "PageUp");
    expect(words(element, ".tg-timeline .tg-position")).toBe("2 / 3");
    press(now(element), "Escape");
    expect(element.querySelector(".tg-present")).toBeNull();
  });
});

describe("the quiz", () => {
  test("asks for the next rule, hides the answer, then shows it and keeps the score", () => {
    const { element } = show(fixtures.logistic);
    press(now(element), "Q");
    press(now(element), "[");
    click(element, "next rewrite");
    expect(element.querySelector(".tg-asking")).not.toBeNull();
    const choices = [...element.querySelectorAll<HTMLElement>(".tg-choice")];
    const right = choices.find((one) => one.textContent!.includes("one over one plus"))!;
    right.querySelector("input")!.checked = true;
    click(element, "check");
    expect(words(element, ".tg-quiz")).toContain("1 of 1 right");
    expect(words(element, ".tg-timeline .tg-position")).toBe("2 / 2");
    expect(element.querySelector(".tg-asking")).toBeNull();
  });

  test("says why there is nothing to ask", () => {
    const { element } = show(kernelDocument);
    press(now(element), "Q");
    click(element, "gradient");
    expect(words(element, ".tg-quiz")).toContain("no gradients");
  });
});
