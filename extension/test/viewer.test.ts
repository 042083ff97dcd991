import { afterEach, describe, expect, test, vi } from "vitest";
import { strings } from "../src/core/strings";
import { fixtures, press, randomDocument, show, unmountAll } from "./support";

afterEach(unmountAll);

const stages = (root: Element): HTMLElement[] => [
  ...root.querySelectorAll<HTMLElement>(".tg-stage"),
];
const labels = (stage: Element): string[] =>
  [...stage.querySelectorAll(".tg-node .tg-label")].map((text) => text.textContent ?? "");
const words = (root: Element, selector: string): string =>
  root.querySelector(selector)?.textContent ?? "";

describe("a mounted document", () => {
  test("shows the graph before and after side by side", () => {
    const { element } = show(fixtures.logistic);
    const [before, now] = stages(element);
    expect(labels(before!).sort()).toEqual(["+", "/", "1", "1", "exp", "neg", "x"]);
    expect(labels(now!).sort()).toEqual(["sigmoid", "x"]);
  });

  test("shows one picture when nothing was rewritten", () => {
    const { element } = show(fixtures.failure);
    expect(element.querySelectorAll(".tg-pane[hidden]").length).toBe(1);
    expect(element.querySelector<HTMLElement>(".tg-timeline")!.hidden).toBe(true);
  });

  test("marks what the last rewrite took and what it made", () => {
    const { element } = show(fixtures.logistic);
    const [before, now] = stages(element);
    expect(before!.querySelectorAll(".tg-matched").length).toBe(6);
    expect(now!.querySelector('[data-id="a4"]')!.classList.contains("tg-added")).toBe(true);
  });

  test("is drawn on a canvas when it is large", () => {
    const { element } = show(randomDocument(300, 3, 1));
    expect(element.querySelectorAll("canvas.tg-drawing").length).toBe(2);
    expect(stages(element)[0]!.dataset["nodes"]).toBe("300");
  });

  test("is replaced by the next document", () => {
    const viewer = show(fixtures.logistic);
    viewer.setDocument(fixtures.failure);
    expect(words(viewer.element, ".tg-title")).toBe("tanh(images * 2 + bias)");
    expect(viewer.element.querySelectorAll(".tg-viewer").length).toBe(1);
  });

  test("leaves nothing behind when it is disposed", () => {
    const viewer = show(fixtures.logistic);
    viewer.dispose();
    expect(document.querySelectorAll(".tg-root").length).toBe(0);
  });

  test("puts its style sheet in the page once, and into a shadow root of its own", () => {
    show(fixtures.logistic);
    show(fixtures.failure);
    expect(document.head.querySelectorAll("style[data-teachgraph-style]").length).toBe(1);
    const host = document.createElement("div");
    document.body.append(host);
    const inner = document.createElement("div");
    const shadow = host.attachShadow({ mode: "open" });
    shadow.append(inner);
    const viewer = show(fixtures.logistic);
    inner.append(viewer.element);
    expect(shadow.querySelectorAll("style").length).toBe(0);
  });
});

describe("the keyboard", () => {
  test("[ and ] step, Home and End jump", () => {
    const steps: number[] = [];
    const { element } = show(fixtures.difference, { onStep: (step) => steps.push(step) });
    const stage = stages(element)[1]!;
    for (const key of ["[", "[", "]", "Home", "End"]) press(stage, key);
    expect(steps).toEqual([2, 1, 2, 0, 3]);
  });

  test("Space plays from the start and pauses", () => {
    vi.useFakeTimers();
    const { element } = show(fixtures.difference);
    const stage = stages(element)[1]!;
    press(stage, " ");
    expect(words(element, ".tg-timeline .tg-position")).toBe("0 / 3");
    vi.advanceTimersByTime(1_400);
    expect(words(element, ".tg-timeline .tg-position")).toBe("1 / 3");
    press(stage, " ");
    vi.advanceTimersByTime(10_000);
    expect(words(element, ".tg-timeline .tg-position")).toBe("1 / 3");
    vi.useRealTimers();
  });

  test("arrows walk along the edges and tell where they are", () => {
    const chosen: string[] = [];
    const { element } = show(fixtures.logistic, { onSelect: (id) => chosen.push(id) });
    const stage = stages(element)[0]!;
    for (const key of ["ArrowUp", "ArrowUp", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      press(stage, key);
    }
    expect(chosen).toEqual(["a3", "a2", "a1", "a2"]);
    expect(words(element, ".tg-live")).toContain("reads 1 and exp");
  });

  test("keys that are used do not reach the page", () => {
    const { element } = show(fixtures.logistic);
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    expect(press(stages(element)[0]!, "0").defaultPrevented).toBe(true);
    expect(press(stages(element)[0]!, "]").defaultPrevented).toBe(true);
    expect(heard).not.toHaveBeenCalled();
    expect(press(stages(element)[0]!, "q").defaultPrevented).toBe(false);
    expect(heard).toHaveBeenCalledTimes(1);
    document.body.removeEventListener("keydown", heard);
  });

  test("each picture and each row of buttons is one tab stop", () => {
    const { element } = show(fixtures.logistic);
    const stops = (selector: string): number =>
      [...element.querySelectorAll<HTMLElement>(`${selector} *, ${selector}`)].filter(
        (one) => one.tabIndex === 0 && !one.matches("pre, .tg-link, .tg-link *"),
      ).length;
    expect(stops(".tg-pane:first-child")).toBe(1);
    expect(stops(".tg-timeline .tg-rail")).toBe(1);
    expect(stops(".tg-timeline .tg-player")).toBe(0);
    expect(stops(".tg-stepper .tg-player")).toBe(1);
    expect(stops(".tg-toolbar .tg-player")).toBe(1);
  });
});

describe("the host", () => {
  test("can go to a step, count from the end, and hears no echo", () => {
    const heard = vi.fn();
    const viewer = show(fixtures.difference, { onStep: heard, onSelect: heard });
    viewer.goto(1);
    expect(words(viewer.element, ".tg-timeline .tg-position")).toBe("1 / 3");
    viewer.goto(-1);
    expect(words(viewer.element, ".tg-timeline .tg-position")).toBe("3 / 3");
    viewer.goto(999);
    viewer.goto(Number.NaN);
    expect(words(viewer.element, ".tg-timeline .tg-position")).toBe("0 / 3");
    viewer.select("v0");
    expect(words(viewer.element, ".tg-inspector .tg-rule")).toContain("x");
    expect(heard).not.toHaveBeenCalled();
  });
});

describe("a document that says what it lacks", () => {
  test("tells what was cut", () => {
    const truncated = { nodes: 12, events: 1, reason: "A cell holds 256 kB." };
    const { element } = show({ ...fixtures.logistic, truncated });
    expect(words(element, ".tg-notice")).toContain("12 nodes and 1 event");
    expect(words(element, ".tg-notice")).toContain("A cell holds 256 kB.");
  });

  test("of a later minor version is read, of another major version is refused in words", () => {
    const later = { ...fixtures.logistic, minor: 7, novelty: { deep: [1] } };
    expect(labels(stages(show(later).element)[0]!).length).toBe(7);
    const { element } = show({ ...fixtures.logistic, schema: "teachgraph/2" });
    expect(words(element, ".tg-message")).toBe(
      strings.unreadable(strings.otherVersion("teachgraph/2")),
    );
  });
});
