// One document on screen: where the reader stands in it, and the pictures and panels that follow.

import type { Document, Failure } from "../protocol";
import { Frame } from "./frame";
import { History, type State } from "./model";
import { type Verbosity, VERBOSITIES } from "./panels/failure";
import { Pictures, type Shown } from "./pictures";
import { Places } from "./places";
import { FIRST_GRAPH } from "./read";
import { strings } from "./strings";
import { narrate } from "./narrate";
import { Trace } from "./trace";
import type { Hooks } from "./viewer";

type View = Omit<Shown, "graph"> & { step: number };

export class Session {
  readonly title: string;
  readonly element: HTMLElement;
  private readonly views = new Map<string, View>();
  private readonly trace: Trace;
  private readonly failures: readonly Failure[];
  private readonly frame: Frame;
  private graph = FIRST_GRAPH;
  private selected: string | null = null;
  private position = 0;
  private verbosity: Verbosity = "medium";
  private readonly pictures: Pictures;

  constructor(
    private readonly document: Document,
    skipped: number,
    private readonly hooks: Hooks,
  ) {
    this.title = document.title || strings.untitled;
    this.trace = new Trace(document);
    this.failures = document.timeline.filter((event): event is Failure => event.t === "error");
    this.frame = new Frame(document, skipped, {
      goto: (step) => this.byReader(() => this.goto(step)),
      select: (id) => this.byReader(() => this.select(id)),
      open: (graph) => this.open(graph),
      openNode: (id) => this.openNode(id),
      evaluate: (position) => this.evaluate(position),
      verbosity: (verbosity) => this.byReader(() => this.setVerbosity(verbosity)),
    });
    this.pictures = new Pictures(document, this.frame);
    this.element = this.frame.element;
    const { history } = this.view();
    this.frame.summary(history.at(0), history.at(history.length), history.length);
  }

  start(): void {
    const failed = this.failures[0];
    if (failed?.graph !== undefined && this.document.graphs[failed.graph])
      this.graph = failed.graph;
    this.selected = failed?.nodes?.[0] ?? null;
    this.render();
  }

  goto(step: number): void {
    const view = this.view();
    const all = view.history.length;
    const whole = Math.round(step) || 0;
    const goal = Math.max(0, Math.min(all, whole < 0 ? all + 1 + whole : whole));
    if (goal === view.step && this.position === 0) return;
    view.step = goal;
    this.position = 0;
    this.render();
    this.frame.say(narrate.step(this.document, view.history, goal));
  }

  select(id: string): void {
    if (id === (this.selected ?? "")) return;
    this.selected = id || null;
    this.render();
    const state = this.states().find(({ nodes }) => nodes.has(id));
    if (state) this.frame.say(narrate.node(state, id));
  }

  setVerbosity(verbosity: string): void {
    const known = VERBOSITIES.find((name) => name === verbosity);
    if (!known || known === this.verbosity) return;
    this.verbosity = known;
    this.frame.failures.show(this.failures, known);
  }

  resized(): void {
    this.frame.resized();
  }

  recoloured(): void {
    this.frame.recoloured();
  }

  key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as Element;
    if (target.closest("select, textarea, summary")) return;
    if (event.key === " " && target.closest("button")) return;
    if ((event.key === "Home" || event.key === "End") && target.closest("input, pre")) return;
    if (event.key === "Escape" && this.graph !== FIRST_GRAPH) this.open(FIRST_GRAPH);
    else if (!this.frame.timeline.key(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  dispose(): void {
    this.pictures.dispose();
    this.frame.timeline.pause();
    for (const { places } of this.views.values()) places.dispose();
  }

  /** Runs what the reader did and tells the host what changed by it. */
  private byReader(act: () => void): void {
    const was = { step: this.view().step, selected: this.selected, verbosity: this.verbosity };
    act();
    const { step } = this.view();
    if (step !== was.step) this.hooks.onStep?.(step);
    if (this.selected !== was.selected) this.hooks.onSelect?.(this.selected ?? "");
    if (this.verbosity !== was.verbosity) this.hooks.onVerbosity?.(this.verbosity);
  }

  private view(graph: string = this.graph): View {
    let view = this.views.get(graph);
    if (!view) {
      const history = new History(this.document, graph);
      view = { history, places: new Places(history), step: history.length };
      this.views.set(graph, view);
    }
    return view;
  }

  private open(graph: string): void {
    if (!this.document.graphs[graph]) return;
    this.graph = graph;
    this.position = 0;
    this.render();
  }

  private openNode(id: string): void {
    const inner = this.states().flatMap(({ nodes }) => nodes.get(id)?.inner ?? [])[0];
    if (inner !== undefined) this.open(inner);
  }

  private evaluate(position: number): void {
    const goal = Math.max(0, Math.min(this.trace.length, position));
    this.position = goal;
    const graph = this.trace.graphAt(goal);
    if (this.document.graphs[graph]) this.graph = graph;
    const view = this.view();
    view.step = view.history.length;
    this.render();
    const event = this.trace.at(goal);
    if (event) this.frame.say(narrate.evaluation(event, this.labelOf));
  }

  private readonly labelOf = (id: string): string => {
    for (const { history, step } of this.views.values()) {
      const node = history.at(step).nodes.get(id) ?? history.at(0).nodes.get(id);
      if (node) return node.label;
    }
    return id;
  };

  /** The states on screen, the newer one first. */
  private states(): readonly State[] {
    const { history, step } = this.view();
    return [history.at(step), history.at(0)];
  }

  private render(): void {
    const { history, step } = this.view();
    const [now] = this.states() as [State, State];
    const values = this.trace.valuesAt(this.position);
    const running = this.trace.at(this.position)?.node ?? null;
    this.frame.stepper.show(this.trace, this.position, this.labelOf);
    this.frame.place(this.graph, history.length > 0, (this.selected ?? running) !== null);
    this.pictures.draw({ ...this.view(), graph: this.graph }, values, {
      step,
      selected: this.selected,
      failures: this.failures.filter(({ graph }) => (graph ?? FIRST_GRAPH) === this.graph),
      running,
      evaluated: [...values.keys()].filter((id) => id !== running),
    });
    this.frame.timeline.show(history, step);
    this.frame.explain.show(this.document, this.graph, history, step);
    this.frame.failures.show(this.failures, this.verbosity);
    const selected = this.selected ?? running;
    this.frame.inspector.show(this.document, this.states(), selected, values.get(selected ?? ""));
    this.frame.outline.show(now);
  }
}
