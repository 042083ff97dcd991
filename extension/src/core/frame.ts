// The frame of the viewer: makes the parts and puts them where they belong.

import type { Document } from "../protocol";
import { button, h } from "./dom";
import { Pane } from "./pane";
import { Explain } from "./panels/explain";
import { Failures, type Verbosity } from "./panels/failure";
import { Inspector } from "./panels/inspector";
import { Outline } from "./panels/outline";
import { Stepper } from "./panels/stepper";
import { Timeline } from "./panels/timeline";
import { FIRST_GRAPH } from "./read";
import type { State } from "./model";
import { strings } from "./strings";

const SHORTEST = 200;
const TALLEST = 500;

/** What the parts ask for. */
export interface Wishes {
  goto(step: number): void;
  select(id: string): void;
  open(graph: string): void;
  openNode(id: string): void;
  evaluate(position: number): void;
  verbosity(verbosity: Verbosity): void;
}

export class Frame {
  readonly element: HTMLElement;
  readonly before: Pane;
  readonly now: Pane;
  readonly timeline: Timeline;
  readonly explain: Explain;
  readonly failures: Failures;
  readonly stepper: Stepper;
  readonly inspector: Inspector;
  readonly outline: Outline;
  private readonly panes: HTMLElement;
  private readonly counts = h("span", { class: "tg-counts" });
  private readonly crumb: HTMLElement;
  private readonly circle = h("p", { class: "tg-notice", hidden: "" }, strings.circular);
  private readonly live = h("p", { class: "tg-live", role: "status", "aria-live": "polite" });
  private graph = "";

  constructor(
    private readonly document: Document,
    skipped: number,
    wishes: Wishes,
  ) {
    const events = { select: wishes.select, open: wishes.openNode };
    this.before = new Pane(events);
    this.now = new Pane(events);
    this.timeline = new Timeline(wishes.goto);
    this.explain = new Explain(wishes.select);
    this.failures = new Failures(wishes.verbosity, wishes.select);
    this.stepper = new Stepper(wishes.evaluate);
    this.inspector = new Inspector(wishes.select, wishes.open);
    this.outline = new Outline(wishes.select);
    this.panes = h("div", { class: "tg-panes" }, this.before.element, this.now.element);
    this.crumb = h("p", { class: "tg-crumb", hidden: "" });
    this.crumb.append(
      button(strings.back(strings.wholeGraph), strings.back(strings.wholeGraph), () =>
        wishes.open(FIRST_GRAPH),
      ),
    );
    const title = h("h2", { class: "tg-title" }, document.title || strings.untitled);
    this.element = h(
      "div",
      { class: "tg-viewer" },
      h("div", { class: "tg-top" }, title, this.counts),
      ...this.notices(skipped),
      this.circle,
      this.failures.element,
      this.crumb,
      this.panes,
      this.timeline.element,
      h(
        "div",
        { class: "tg-cards" },
        this.explain.element,
        this.stepper.element,
        this.inspector.element,
      ),
      h("div", { class: "tg-foot" }, this.outline.element, keys()),
      this.live,
    );
  }

  summary(before: State, after: State, rewrites: number): void {
    this.counts.textContent = strings.summary(before.nodes.size, after.nodes.size, rewrites);
  }

  say(words: string): void {
    this.live.textContent = words;
  }

  circular(is: boolean): void {
    this.circle.hidden = !is;
  }

  /** Shows which graph is open, and one picture or two. */
  place(graph: string, two: boolean, selected: boolean): void {
    this.before.element.hidden = !two;
    this.panes.classList.toggle("tg-two", two);
    // a plain graph is shown plainly
    this.inspector.element.hidden = !two && !selected && this.stepper.element.hidden;
    this.crumb.hidden = graph === FIRST_GRAPH;
    this.element.dataset["graph"] = graph;
  }

  /** Makes the pictures as tall as the graph asks, once for each graph. */
  height(scene: number): void {
    const graph = this.element.dataset["graph"] ?? FIRST_GRAPH;
    if (graph === this.graph) return;
    this.graph = graph;
    const wanted = Math.max(SHORTEST, Math.min(TALLEST, scene * 1.25 + 44));
    this.panes.style.setProperty("--tg-stage-height", `${Math.round(wanted)}px`);
    this.resized();
  }

  resized(): void {
    this.before.resized();
    this.now.resized();
  }

  recoloured(): void {
    this.before.recoloured();
    this.now.recoloured();
  }

  private notices(skipped: number): HTMLElement[] {
    const { truncated } = this.document;
    const lines = [
      ...(truncated
        ? [strings.truncated(truncated.nodes, truncated.events, truncated.reason)]
        : []),
      ...(skipped ? [strings.skipped(skipped)] : []),
    ];
    return lines.map((line) => h("p", { class: "tg-notice" }, line));
  }
}

function keys(): HTMLElement {
  const rows = strings.keyList.flatMap(([key, does]) => [
    h("dt", {}, h("kbd", {}, key)),
    h("dd", {}, does),
  ]);
  return h("details", { class: "tg-keys" }, h("summary", {}, strings.keys), h("dl", {}, ...rows));
}
