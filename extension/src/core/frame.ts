// The frame of the viewer: makes the parts and puts them where they belong.

import type { Document } from "../protocol";
import { button, h } from "./dom";
import type { Format } from "./export/files";
import type { Options } from "./options";
import { Pane, type PaneEvents } from "./pane";
import type { Names } from "./panels/breaks";
import { Code, type CodeWishes } from "./panels/code";
import { Explain, type ExplainWishes } from "./panels/explain";
import { Failures, type FailureWishes } from "./panels/failure";
import { Hover } from "./panels/hover";
import { Inspector, type InspectorWishes } from "./panels/inspector";
import { Legend } from "./panels/legend";
import { Outline } from "./panels/outline";
import { Quiz, type QuizWishes } from "./panels/quiz";
import { SaveMenu } from "./panels/savemenu";
import { Stepper, type StepperWishes } from "./panels/stepper";
import { type Limit, Timeline } from "./panels/timeline";
import { Times } from "./panels/times";
import { Toolbar, type ToolbarWishes } from "./panels/toolbar";
import { FIRST_GRAPH } from "./read";
import type { Remembered } from "./remembered";
import type { State } from "./model";
import { strings } from "./strings";

const SHORTEST = 200;
const TALLEST = 500;

/** What the parts ask for. */
export interface Wishes
  extends
    Omit<PaneEvents, "moved">,
    Names,
    CodeWishes,
    ExplainWishes,
    FailureWishes,
    InspectorWishes,
    QuizWishes,
    StepperWishes,
    ToolbarWishes {
  limit(limit: Limit): void;
  format(format: Format): Promise<void>;
}

export class Frame {
  readonly element: HTMLElement;
  readonly before: Pane;
  readonly now: Pane;
  readonly timeline: Timeline;
  readonly times: Times;
  readonly explain: Explain;
  readonly failures: Failures;
  readonly stepper: Stepper;
  readonly inspector: Inspector;
  readonly outline: Outline;
  readonly legend = new Legend();
  readonly toolbar: Toolbar;
  readonly code: Code;
  readonly hover = new Hover();
  readonly saving: SaveMenu;
  readonly quiz: Quiz;
  private readonly panes: HTMLElement;
  private readonly title = h("h2", { class: "tg-title" });
  private readonly notices = h("div");
  private readonly counts = h("span", { class: "tg-counts" });
  private readonly crumb: HTMLElement;
  private readonly circle = h("p", { class: "tg-notice", hidden: "" }, strings.circular);
  private readonly refusal = h("p", { class: "tg-notice", hidden: "" });
  private readonly live = h("p", { class: "tg-live", role: "status", "aria-live": "polite" });
  private readonly keys = keys();
  private graph = "";
  /** Whether both pictures look at the same part. */
  together = false;

  constructor(document: Document, skipped: number, wishes: Wishes, remembered: Remembered) {
    const pane = (other: () => Pane): Pane =>
      new Pane({ ...wishes, moved: (camera) => this.together && other().follow(camera) });
    this.before = pane(() => this.now);
    this.now = pane(() => this.before);
    this.timeline = new Timeline(wishes.goto, wishes.limit);
    this.times = new Times((rule) => this.timeline.only(rule));
    this.explain = new Explain(wishes, remembered);
    this.failures = new Failures(document, wishes);
    this.stepper = new Stepper(document, wishes, wishes, remembered);
    this.inspector = new Inspector(wishes);
    this.outline = new Outline(wishes.select);
    this.toolbar = new Toolbar(wishes);
    this.code = new Code(document, wishes);
    this.saving = new SaveMenu(wishes.format);
    this.quiz = new Quiz(wishes, remembered);
    this.panes = h("div", { class: "tg-panes" }, this.before.element, this.now.element);
    this.crumb = h("p", { class: "tg-crumb", hidden: "" });
    this.crumb.append(
      button(strings.back(strings.wholeGraph), strings.back(strings.wholeGraph), () =>
        wishes.open(FIRST_GRAPH),
      ),
    );
    this.title.textContent = document.title || strings.untitled;
    this.notices.append(...noticesOf(document, skipped));
    this.element = h(
      "div",
      { class: "tg-viewer" },
      h("div", { class: "tg-top" }, this.title, this.counts, this.toolbar.element),
      this.notices,
      this.circle,
      this.refusal,
      this.saving.element,
      this.failures.element,
      this.crumb,
      this.panes,
      this.legend.element,
      this.timeline.element,
      h(
        "div",
        { class: "tg-cards" },
        stack(this.quiz.element, this.explain.element, this.code.element),
        stack(this.stepper.element),
        stack(this.inspector.element, this.times.element),
      ),
      h("div", { class: "tg-foot" }, this.outline.element, this.keys),
      this.hover.element,
      this.live,
    );
  }

  summary(before: State, after: State, rewrites: number): void {
    this.counts.textContent = strings.summary(before.nodes.size, after.nodes.size, rewrites);
  }

  /** Shows what another run of the same graphs changes besides its values. */
  rerun(document: Document): void {
    this.stepper.rerun(document);
    this.failures.rerun(document);
    this.title.textContent = document.title || strings.untitled;
    this.notices.replaceChildren(...noticesOf(document, 0));
  }

  say(words: string): void {
    this.live.textContent = words;
  }

  /** Says something that stays on the screen. */
  notice(words: string): void {
    this.refusal.textContent = words;
    this.refusal.hidden = !words;
    this.say(words);
  }

  circular(is: boolean): void {
    this.circle.hidden = !is;
  }

  help(): void {
    this.keys.open = !this.keys.open;
    if (this.keys.open) this.keys.querySelector("summary")?.focus();
  }

  /** Shows which graph is open, and one picture or two, as the reader wants to see them. */
  place(graph: string, two: boolean, selected: boolean, options: Options): void {
    this.before.element.hidden = !two;
    this.panes.classList.toggle("tg-two", two);
    this.element.classList.toggle("tg-present", options.present);
    this.together = options.together || options.still || options.present;
    for (const one of [this.before, this.now]) one.minimap.wanted = options.minimap;
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

  /** Shows the whole of both pictures again. */
  refit(): void {
    this.before.fit(false);
    this.now.fit(false);
  }

  resized(): void {
    this.before.resized();
    this.now.resized();
  }

  recoloured(): void {
    this.before.recoloured();
    this.now.recoloured();
  }
}

/** What of a document is not shown, and why. */
function noticesOf({ truncated }: Document, skipped: number): HTMLElement[] {
  const lines = [
    ...(truncated ? [strings.truncated(truncated.nodes, truncated.events, truncated.reason)] : []),
    ...(skipped ? [strings.skipped(skipped)] : []),
  ];
  return lines.map((line) => h("p", { class: "tg-notice" }, line));
}

/** Cards below each other. */
function stack(...cards: HTMLElement[]): HTMLElement {
  return h("div", { class: "tg-stack" }, ...cards);
}

function keys(): HTMLDetailsElement {
  const rows = strings.keyList.flatMap(([key, does]) => [
    h("dt", {}, h("kbd", {}, key)),
    h("dd", {}, does),
  ]);
  return h("details", { class: "tg-keys" }, h("summary", {}, strings.keys), h("dl", {}, ...rows));
}
