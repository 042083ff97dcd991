// What a first look tells: the legend, the time of rewrites, the keys that jump and move, and an empty graph.

import { afterEach, describe, expect, test, vi } from "vitest";
import { patient } from "../src/hosts/patience";
import type { Document } from "../src/protocol";
import { fixtures, press, show, unmountAll } from "./support";

afterEach(unmountAll);

/** The fixture with times: 5, 10, 15 microseconds and so on. */
const timed: Document = {
  ...fixtures.difference,
  timeline: fixtures.difference.timeline.map((event, i) =>
    event.t === "rewrite" ? { ...event, us: 5 * (i + 1) } : event,
  ),
};

const position = (root: Element): string =>
  root.querySelector(".tg-timeline .tg-position")!.textContent!;
const stage = (root: Element): HTMLElement =>
  [...root.querySelectorAll<HTMLElement>(".tg-stage")].at(-1)!;

describe("the legend", () => {
  test("tells the shapes and signs that are to be seen, and no others", () => {
    const { element } = show(fixtures.difference);
    const words = [...element.querySelectorAll(".tg-key li")].map((one) => one.textContent);
    expect(words[0]).toBe("input");
    expect(words.join()).toContain("made by this rewrite");
    expect(words.some((one) => one!.includes("breakpoint"))).toBe(false);
  });
});

describe("the time of the rewriting", () => {
  test("is a bar over the slider for each rewrite, and a sum for each rule and pass", () => {
    const { element } = show(timed);
    const bars = element.querySelector(".tg-time-bars")!.getAttribute("d")!;
    expect(bars.match(/M/g)).toHaveLength(3);
    const rows = [...element.querySelectorAll(".tg-times tbody tr")].map((row) =>
      [...row.children].slice(0, 3).map((cell) => cell.textContent),
    );
    expect(rows[0]).toEqual(["merge", "2", expect.stringMatching(/µs$/)]);
    expect(element.querySelector(".tg-times summary")!.textContent).toMatch(/^Time: \d+ µs/);
  });

  test("lets one rule count when its name is pressed", () => {
    const { element } = show(timed);
    element.querySelector<HTMLButtonElement>(".tg-times .tg-link")!.click();
    expect(element.querySelector(".tg-limits .tg-quiet")!.textContent).toMatch(/ of 3$/);
  });

  test("is not there where nobody told it", () => {
    const { element } = show(fixtures.difference);
    const untimed = fixtures.difference.timeline.every((event) => !("us" in event));
    expect(element.querySelector<HTMLElement>(".tg-times")!.hidden).toBe(untimed);
  });
});

describe("keys", () => {
  test("jump to the end of a pass, and back", () => {
    const { element } = show(fixtures.difference);
    press(stage(element), "Home");
    press(stage(element), "}");
    expect(position(element)).toBe("2 / 3");
    press(stage(element), "}");
    expect(position(element)).toBe("3 / 3");
    press(stage(element), "{");
    expect(position(element)).toBe("2 / 3");
  });

  test("that a keyboard writes with AltGr are signs, not commands", () => {
    const { element } = show(fixtures.difference);
    const event = new KeyboardEvent("keydown", {
      key: "[",
      ctrlKey: true,
      altKey: true,
      bubbles: true,
      cancelable: true,
    });
    event.getModifierState = (name) => name === "AltGraph";
    stage(element).dispatchEvent(event);
    expect(position(element)).toBe("2 / 3");
  });
});

test("a graph without nodes says so", () => {
  const empty = {
    ...fixtures.difference,
    graphs: { g0: { nodes: [], outputs: [] } },
    timeline: [],
  };
  const { element } = show(empty);
  const word = stage(element).querySelector<HTMLElement>(".tg-nothing")!;
  expect(word.hidden).toBe(false);
  expect(word.textContent).toContain("no nodes");
});

test("the ways between two nodes begin at the one that was selected when they were asked for", () => {
  const { element } = show(fixtures.difference);
  press(stage(element), "ArrowUp");
  element
    .querySelector<HTMLButtonElement>(
      '[aria-label="the ways from this node to the next one you select"]',
    )!
    .click();
  press(stage(element), "ArrowUp");
  expect(element.querySelectorAll(".tg-node.tg-lit").length).toBeGreaterThan(1);
});

test("a question that nobody answers is told to the reader, one that is answered is not", () => {
  vi.useFakeTimers();
  const late = vi.fn();
  const { ask, heard } = patient(() => undefined, late);
  ask({});
  heard();
  vi.advanceTimersByTime(60_000);
  expect(late).not.toHaveBeenCalled();
  ask({});
  vi.advanceTimersByTime(60_000);
  expect(late).toHaveBeenCalledOnce();
  vi.useRealTimers();
});
