import { afterEach, describe, expect, test } from "vitest";
import type { Document } from "../src/protocol";
import { fixtures, press, show, unmountAll } from "./support";

afterEach(unmountAll);

const words = (root: Element, selector: string): string =>
  root.querySelector(selector)?.textContent ?? "";

function click(root: Element, name: string): void {
  root.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

/** A loop of two turns around an inner graph of one node. */
const loop: Document = {
  schema: "teachgraph/1",
  minor: 0,
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
          group: "k0",
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
  groups: { k0: { label: "loop", kind: "scan" } },
  timeline: [
    event("v0", "2."),
    { ...event("a1", "4."), graph: "g1", path: [["a0", 0]] },
    { ...event("a1", "16."), graph: "g1", path: [["a0", 1]] },
    { ...event("a0", "[ 4. 16.]"), us: 3 },
  ],
};

function event(node: string, text: string) {
  return { t: "eval", node, outputs: [{ dtype: "float64", shape: [], text }] } as const;
}

describe("the timeline", () => {
  test("has a segment for each pass that jumps to its end", () => {
    const { element } = show(fixtures.difference);
    const segments = [...element.querySelectorAll<HTMLButtonElement>(".tg-pass")];
    expect(segments.map((one) => one.textContent)).toEqual(["merge 2", "canonicalize 1"]);
    segments[0]!.click();
    expect(words(element, ".tg-timeline .tg-position")).toBe("2 / 3");
    expect(segments[0]!.classList.contains("tg-current")).toBe(true);
  });

  test("says in words where it is", () => {
    const { element } = show(fixtures.difference);
    click(element, "one rewrite back");
    const slider = element.querySelector(".tg-timeline input")!;
    expect(slider.getAttribute("aria-valuetext")).toBe("2 / 3, merge");
    expect(words(element, ".tg-live")).toContain("Rewrite 2 of 3: merge.");
  });
});

describe("the explanation", () => {
  test("shows the rule as an equation, its reason and what stood for what", () => {
    const { element } = show(fixtures.logistic);
    const card = element.querySelector(".tg-explain")!;
    expect(words(card, ".tg-rule")).toBe("one over one plus exp of minus");
    expect(card.querySelector("math mfrac msup")).not.toBeNull();
    expect(words(card, ".tg-lead")).toContain("overflows once x is below -709");
    expect(words(card, ".tg-bindings")).toBe("x = x");
    expect(card.textContent).toContain("5 nodes out, 1 node in");
  });

  test("selects the node that a variable stood for", () => {
    const { element } = show(fixtures.logistic);
    element.querySelector<HTMLButtonElement>(".tg-bindings button")!.click();
    expect(words(element, ".tg-inspector .tg-rule")).toContain("x input");
  });

  test("tells which rules declined, and why", () => {
    const { element } = show(fixtures.logistic);
    click(element, "one rewrite back");
    expect(words(element, ".tg-declined li")).toBe("division by one: the divisor is not 1");
  });
});

describe("the error report", () => {
  test("is shown at the chosen detail, and its node is marked", () => {
    const heard: string[] = [];
    const { element } = show(fixtures.failure, { onVerbosity: (one) => heard.push(one) });
    expect(words(element, ".tg-report")).toContain("How the shapes got here");
    const choice = element.querySelector<HTMLSelectElement>(".tg-failure select")!;
    choice.value = "low";
    choice.dispatchEvent(new Event("change"));
    expect(words(element, ".tg-report")).not.toContain("How the shapes got here");
    expect(heard).toEqual(["low"]);
    expect(element.querySelector('[data-id="a1"]')!.classList.contains("tg-failed")).toBe(true);
  });

  test("shows the line of the user with the part that failed", () => {
    const { element } = show(fixtures.failure);
    expect(words(element, ".tg-inspector mark")).toBe("scaled + bias");
    expect(words(element, ".tg-hints code")).toBe("bias.set_value(np.zeros(3))");
  });
});

describe("the stepper", () => {
  test("goes from node to node with their values", () => {
    const { element } = show(fixtures.logistic);
    click(element, "next node");
    click(element, "next node");
    expect(words(element, ".tg-stepper .tg-rule")).toBe("sigmoid");
    expect(words(element, ".tg-stepper pre")).toContain("0.73105858");
    expect(element.querySelector(".tg-running")!.getAttribute("data-id")).toBe("a4");
    click(element, "one node back");
    expect(element.querySelector(".tg-running")!.getAttribute("data-id")).toBe("v0");
    expect(words(element, ".tg-running .tg-below")).toBe("= (2, 2)");
  });

  test("steps over a loop, into it and out of it", () => {
    const { element } = show(loop);
    const at = (): string => words(element, ".tg-stepper .tg-position");
    click(element, "next node");
    click(element, "next node");
    expect(at()).toBe("4 / 4");
    click(element, "one node back");
    click(element, "into the inner graph");
    expect(at()).toBe("2 / 4");
    expect(words(element, ".tg-stepper")).toContain("scan, turn 0");
    expect(element.querySelector<HTMLElement>(".tg-viewer")!.dataset["graph"]).toBe("g1");
    click(element, "out of the inner graph");
    expect(at()).toBe("4 / 4");
    expect(words(element, ".tg-stepper pre")).toBe("[ 4. 16.]");
  });

  test("is moved by the arrow keys from button to button", () => {
    const { element } = show(loop);
    const next = element.querySelector<HTMLButtonElement>('button[aria-label="next node"]')!;
    next.focus();
    press(next, "ArrowRight");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("into the inner graph");
  });
});

describe("the inspector", () => {
  test("opens the graph inside a node, and Escape leads back", () => {
    const viewer = show(loop);
    viewer.select("a0");
    const root = viewer.element;
    [...root.querySelectorAll<HTMLButtonElement>(".tg-inspector button")].at(-1)!.click();
    expect(root.querySelector<HTMLElement>(".tg-viewer")!.dataset["graph"]).toBe("g1");
    press(root.querySelectorAll(".tg-stage")[1]!, "Escape");
    expect(root.querySelector<HTMLElement>(".tg-viewer")!.dataset["graph"]).toBe("g0");
  });

  test("tells the documentation, the domain, the line and the neighbours", () => {
    const viewer = show(fixtures.logistic);
    viewer.select("a1");
    const card = viewer.element.querySelector(".tg-inspector")!;
    expect(card.textContent).toContain("e raised to each element.");
    expect(card.textContent).toContain("inf above 709.78");
    expect(card.textContent).toContain("cell 3, line 2");
    expect(words(card, "mark")).toBe("1 + T.exp(-x)");
    expect([...card.querySelectorAll(".tg-links .tg-link")].map((one) => one.textContent)).toEqual([
      "neg",
      "+",
    ]);
  });
});

describe("the outline", () => {
  function opened(): HTMLElement {
    const { element } = show(fixtures.difference);
    press(element.querySelectorAll(".tg-stage")[1]!, "Home");
    const details = element.querySelector<HTMLDetailsElement>(".tg-outline")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    return element;
  }

  test("is the graph as a tree, from the output down to the inputs", () => {
    const items = [...opened().querySelectorAll('[role="treeitem"]')];
    expect(items.map((item) => item.querySelector("b")!.textContent)).toEqual([
      "-",
      "**",
      "x",
      "2",
      "**",
      "x",
      "2",
    ]);
  });

  test("is walked and folded by the arrow keys", () => {
    const element = opened();
    const root = element.querySelector<HTMLElement>('[role="treeitem"]')!;
    root.focus();
    press(root, "ArrowDown");
    expect(document.activeElement?.querySelector("b")?.textContent).toBe("**");
    press(document.activeElement!, "ArrowLeft");
    expect(document.activeElement?.getAttribute("aria-expanded")).toBe("false");
    press(document.activeElement!, "ArrowDown");
    expect((document.activeElement as HTMLElement).dataset["node"]).toBe("a1");
    press(document.activeElement!, "Enter");
    expect(words(element, ".tg-inspector .tg-rule")).toContain("**");
  });
});

describe("groups", () => {
  test("are framed and named", () => {
    expect(words(show(loop).element, ".tg-frame-scan text")).toBe("loop");
  });
});
