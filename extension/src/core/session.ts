// One document on screen: where the reader stands in it, and the pictures and panels that follow.

import type { Document, Eval, Failure, Value } from "../protocol";
import type { Arranged } from "./arrange";
import { still } from "./dom";
import { type Format, paletteOf, save } from "./export/files";
import { pageText } from "./export/page";
import { find } from "./find";
import { Frame } from "./frame";
import { joined } from "./joined";
import { act } from "./keys";
import type { Ask, Paused, Stop, Way } from "./live";
import { limitedSteps } from "./limits";
import { narrate } from "./narrate";
import type { Options } from "./options";
import { type Verbosity, VERBOSITIES } from "./panels/failure";
import type { Limit } from "./panels/timeline";
import { Pictures } from "./pictures";
import type { Question } from "./questions";
import { type Reach, reached } from "./reach";
import { FIRST_GRAPH } from "./read";
import type { Remembered } from "./remembered";
import type { Scene } from "./render/scene";
import { repair } from "./repair";
import { sameGraphs } from "./same";
import { strings } from "./strings";
import { Trace } from "./trace";
import { View } from "./view";
import type { Hooks } from "./viewer";

export class Session {
  readonly title: string;
  readonly element: HTMLElement;
  trace: Trace;
  readonly frame: Frame;
  private readonly views = new Map<string, View>();
  private failures: readonly Failure[] = [];
  private readonly pictures: Pictures;
  /** The types of all values of the run, as they are to be seen on edges. */
  private shapes: ReadonlyMap<string, readonly string[]> = new Map();
  private graph = FIRST_GRAPH;
  private selected: string | null = null;
  /** The node from which a path is followed. */
  private anchor: string | null = null;
  private position = 0;
  private verbosity: Verbosity = "medium";
  private reach: Reach = "none";
  private found: readonly string[] = [];
  private lined: readonly string[] = [];
  private limit: Limit = { kind: "all" };
  private question: Question | null = null;
  private saving: Scene | null = null;

  constructor(
    public document: Document,
    skipped: number,
    private readonly hooks: Hooks,
    private readonly remembered: Remembered,
    readonly options: () => Options,
  ) {
    this.title = document.title || strings.untitled;
    this.trace = this.traceOf(document);
    this.frame = new Frame(document, skipped, this.wishes(), remembered);
    this.pictures = new Pictures(this.frame, options);
    this.element = this.frame.element;
    const { history } = this.view();
    this.frame.summary(history.at(0), history.at(history.length), history.length);
  }

  start(): void {
    const failed = this.failures[0];
    if (failed?.graph !== undefined && this.document.graphs[failed.graph])
      this.graph = failed.graph;
    this.selected = failed?.nodes?.[0] ?? null;
    const { stood } = this.remembered;
    const view = this.view();
    if (stood) {
      view.step = stood.last ? view.history.length : Math.min(stood.step, view.history.length);
      const wanted = stood.path ? this.trace.entry(stood.path) : null;
      this.position = Math.min(wanted ?? stood.position, this.trace.length);
      this.selected = stood.selected ?? this.selected;
      this.remembered.stood = null;
    } else if (this.document.at) {
      const { step, eval: position, node } = this.document.at;
      if (step !== undefined) view.step = Math.min(step, view.history.length);
      if (position !== undefined) this.position = Math.min(position, this.trace.length);
      this.selected = node ?? this.selected;
    }
    this.render();
  }

  /** Takes the trace of a document, and what follows from it. */
  private traceOf(document: Document): Trace {
    const trace = new Trace(document);
    const values = trace.valuesAt(0, trace.length);
    this.shapes = new Map([...values].map(([id, all]) => [id, all.map(exactType)]));
    this.failures = document.timeline.filter((event): event is Failure => event.t === "error");
    return trace;
  }

  /** Shows another run of the same graphs and keeps the rest of the screen; says whether it could. */
  rerun(document: Document): boolean {
    if (!sameGraphs(this.document, document)) return false;
    this.document = document;
    this.trace = this.traceOf(document);
    const { stood } = this.remembered;
    this.remembered.stood = null;
    const wanted = stood?.path ? this.trace.entry(stood.path) : null;
    this.position = Math.min(wanted ?? this.position, this.trace.length);
    this.frame.rerun(document);
    this.render();
    return true;
  }

  /** How it stands with a call in the kernel; where it waits, there the reader is led. */
  paused(paused: Paused | null): void {
    this.frame.stepper.paused(paused);
    this.render();
    if (paused?.state === "paused" && paused.at) this.evaluate(paused.at);
  }

  goto(step: number): void {
    const view = this.view();
    const all = view.history.length;
    const whole = Math.round(step) || 0;
    const goal = Math.max(0, Math.min(all, whole < 0 ? all + 1 + whole : whole));
    if (goal === view.step && this.position === 0) return;
    view.step = goal;
    this.position = 0;
    this.found = this.frame.toolbar.search.refresh();
    this.render();
    this.frame.say(narrate.step(this.document, view.history, goal));
  }

  select(id: string): void {
    const drawn = id && this.view().drawn(id);
    if (drawn === (this.selected ?? "")) return;
    this.selected = drawn || null;
    this.render();
    const state = this.states().find(({ nodes }) => nodes.has(drawn));
    if (state) this.frame.say(narrate.node(state, drawn));
  }

  setVerbosity(verbosity: string): void {
    const known = VERBOSITIES.find((name) => name === verbosity);
    if (!known || known === this.verbosity) return;
    this.verbosity = known;
    this.frame.failures.show(this.failures, known);
  }

  evaluate(position: number): void {
    const goal = Math.max(0, Math.min(this.trace.length, Math.round(position) || 0));
    this.position = goal;
    const event = this.trace.at(goal);
    const graph = event && this.inPlace(event) === null ? this.trace.graphAt(goal) : FIRST_GRAPH;
    if (this.document.graphs[graph]) this.graph = graph;
    const view = this.view();
    view.step = view.history.length;
    this.render();
    if (event) this.frame.say(narrate.evaluation(event, this.labelOf));
  }

  /** What the reader or the host chose about the whole viewer is now different. */
  chosen(): void {
    const { direction, still: fixed, present } = this.options();
    for (const view of this.views.values()) {
      view.places.choose({ direction, still: fixed || present || still() });
    }
    this.render();
    this.frame.refit();
  }

  resized(): void {
    this.frame.resized();
  }

  recoloured(): void {
    this.frame.recoloured();
  }

  key(event: KeyboardEvent): void {
    act(event, {
      timeline: (key) => this.frame.timeline.key(key),
      stepper: (key) => this.frame.stepper.key(key),
      search: () => this.frame.toolbar.search.focus(),
      reach: (reach) => this.follow(this.reach === reach ? "none" : reach),
      anchor: () => this.setAnchor(),
      choose: (name, value) => this.choose({ [name]: value ?? !this.options()[name] }),
      turn: () =>
        this.choose({ direction: this.options().direction === "down" ? "right" : "down" }),
      unfold: () => this.unfoldAll(this.view().closedSomewhere()),
      save: () => this.openSaving(this.frame.now.drawn),
      help: () => this.frame.help(),
      escape: () => this.escape(),
      presenting: () => this.options().present,
    });
  }

  dispose(): void {
    this.pictures.dispose();
    this.frame.timeline.pause();
    this.frame.stepper.pause();
    for (const view of this.views.values()) view.dispose();
  }

  private wishes() {
    const { ask } = this.hooks;
    const live = (request: Ask): void => {
      const { step, history } = this.view();
      const last = step === history.length;
      this.remembered.stood = { step, last, position: this.position, selected: this.selected };
      ask?.(request);
    };
    return {
      goto: (step: number) => this.byReader(() => this.goto(step)),
      select: (id: string) => this.byReader(() => this.select(id)),
      open: (graph: string) => this.open(graph),
      toggle: (id: string) => this.refold((view) => view.toggle(id)),
      fold: (id: string) => this.refold((view) => view.fold(id)),
      foldable: (id: string) => this.view().foldable(id),
      evaluate: (position: number) => this.byReader(() => this.evaluate(position)),
      verbosity: (verbosity: Verbosity) => this.byReader(() => this.setVerbosity(verbosity)),
      limit: (limit: Limit) => this.setLimit(limit),
      search: (query: string) => this.search(query),
      reach: (reach: Reach) => this.follow(reach),
      choose: (options: Partial<Options>) => this.choose(options),
      unfold: (open: boolean) => this.unfoldAll(open),
      light: (nodes: readonly string[]) => this.light(nodes),
      hover: (id: string | null, x: number, y: number) => this.hover(id, x, y),
      save: (scene: Scene) => this.openSaving(scene),
      format: (format: Format) => this.saveAs(format),
      repair: (code: string) => repair(this.element, code),
      changed: () => this.render(),
      say: (words: string) => this.frame.say(words),
      label: this.labelOf,
      op: (id: string) => this.nodeOf(id)?.op ?? "",
      subject: () => this.subject(),
      reveal: (question: Question) => this.reveal(question),
      asking: (question: Question | null) => this.asking(question),
      ...(ask
        ? {
            optimize: (without: readonly string[], watch: boolean) =>
              live({ do: "optimize", without, watch }),
            turn: (node: string, index: number, value: number) =>
              live({ do: "set", node, index, value }),
            lead: (how: Way, breaks: readonly Stop[]) => ask({ do: "lead", how, breaks }),
            look: (event: number, output: number, index: string) =>
              ask({ do: "look", event, output, index }),
            turns: (event: number, level: number, path: TurnPath) => {
              live({ do: "turns", event, level, first: path.at(-1)![1] });
              this.remembered.stood = { ...this.remembered.stood!, path };
            },
          }
        : {}),
    };
  }

  /** Runs what the reader did and tells the host what changed by it. */
  private byReader(act: () => void): void {
    const { position, selected, verbosity } = this;
    const was = this.view().step;
    act();
    const { step } = this.view();
    if (step !== was) this.hooks.onStep?.(step);
    if (this.selected !== selected) this.hooks.onSelect?.(this.selected ?? "");
    if (this.verbosity !== verbosity) this.hooks.onVerbosity?.(this.verbosity);
    if (this.position !== position) this.hooks.onPosition?.(this.position);
  }

  private choose(options: Partial<Options>): void {
    this.hooks.onOptions?.(options);
  }

  private view(graph: string = this.graph): View {
    let view = this.views.get(graph);
    if (!view) {
      const { direction, still: fixed, present } = this.options();
      view = new View(this.document, graph, { direction, still: fixed || present || still() });
      this.views.set(graph, view);
    }
    return view;
  }

  private states(): readonly Arranged[] {
    return this.view().states();
  }

  private open(graph: string): void {
    if (!this.document.graphs[graph]) return;
    this.graph = graph;
    this.position = 0;
    this.render();
  }

  private refold(change: (view: View) => boolean): void {
    const view = this.view();
    if (!change(view)) {
      this.frame.say(strings.nothingToUnfold);
      return;
    }
    if (this.selected !== null) this.selected = view.drawn(this.selected);
    this.render();
    this.frame.say(strings.foldedTo(this.states()[0]!.nodes.size));
  }

  private unfoldAll(open: boolean): void {
    this.refold((view) => {
      view.all(open);
      return true;
    });
    this.frame.refit();
  }

  private escape(): boolean {
    if (this.frame.hover.shown) this.frame.hover.hide();
    else if (this.reach !== "none") this.follow("none");
    else if (this.lined.length) {
      this.frame.code.clear();
      this.light([]);
    } else if (this.options().present) this.choose({ present: false });
    else if (this.graph !== FIRST_GRAPH) this.open(FIRST_GRAPH);
    else return false;
    return true;
  }

  private search(query: string): readonly string[] {
    const { history } = this.view();
    const all = this.states().flatMap((state) => find(this.document, history, state, query));
    this.found = [...new Set(all)];
    this.render();
    return this.found;
  }

  private follow(reach: Reach): void {
    // the ways begin at the marked node, else at this one, until they are no longer followed
    if (reach === "path") this.anchor ??= this.selected;
    else if (this.reach === "path") this.anchor = null;
    this.reach = reach;
    this.render();
    const many = this.way(this.states()[0]!)?.size;
    this.frame.say(
      reach === "none" ? strings.followNone : strings.following(strings.reaches[reach], many ?? 0),
    );
  }

  private setAnchor(): void {
    this.anchor = this.selected;
    this.frame.say(strings.anchored(this.selected === null ? "" : this.labelOf(this.selected)));
  }

  private way(state: Arranged): ReadonlySet<string> | null {
    return reached(state, this.reach, this.selected, this.anchor);
  }

  private light(nodes: readonly string[]): void {
    const view = this.view();
    this.lined = [...new Set(nodes.map((id) => view.drawn(id)))];
    this.render();
    this.frame.say(nodes.length ? strings.lit(this.lined.length) : "");
  }

  private setLimit(limit: Limit): void {
    this.limit = limit;
    this.render();
  }

  private hover(id: string | null, x: number, y: number): void {
    const node = id === null || this.question ? undefined : this.nodeOf(id);
    this.frame.hover.show(this.document, node, node && this.values().get(node.id), x, y);
  }

  private openSaving(scene: Scene | undefined): void {
    if (!scene) return;
    this.saving = scene;
    this.frame.saving.open();
  }

  private saveAs(format: Format): Promise<void> {
    const page = async (): Promise<string> => {
      const script = await this.hooks.script?.();
      if (!script) throw new Error(strings.noScript);
      const { step, history } = this.view();
      const node =
        this.selected !== null && /^[a-z]\d+$/.test(this.selected) ? this.selected : null;
      const at = {
        ...(step < history.length ? { step } : {}),
        ...(this.position ? { eval: this.position } : {}),
        ...(node === null ? {} : { node }),
      };
      return pageText({ ...this.document, at }, script, this.title);
    };
    return save(format, this.saving!, this.title, paletteOf(this.element), page);
  }

  private subject() {
    const { history, step } = this.view();
    const [state] = this.states();
    const { document, trace, position, selected, labelOf } = this;
    return { document, history, step, state: state!, trace, position, selected, labelOf };
  }

  private asking(question: Question | null): void {
    this.question = question;
    this.frame.element.classList.toggle("tg-asking", question !== null);
    if (question?.node) this.selected = this.view().drawn(question.node);
    this.render();
  }

  private reveal({ kind, node }: Question): void {
    if (kind === "rule") this.goto(this.view().step + 1);
    else if (kind !== "shape" && node !== null) {
      this.evaluate(this.trace.seek(this.position, (event) => event.node === node) ?? 0);
    } else this.render();
  }

  private nodeOf(id: string) {
    for (const view of [this.view(), ...this.views.values()]) {
      for (const { nodes } of view.states()) if (nodes.has(id)) return nodes.get(id);
    }
    return undefined;
  }

  private readonly labelOf = (id: string): string => {
    const known = this.nodeOf(id);
    if (known) return known.label;
    for (const { nodes } of Object.values(this.document.graphs)) {
      const node = nodes.find((one) => one.id === id);
      if (node) return node.label;
    }
    return id;
  };

  /** The id under which an event inside an unfolded node is drawn in place; null if it is not. */
  private inPlace({ path, node }: Eval): string | null {
    if (!path?.length) return node;
    const { unfolded } = this.view(FIRST_GRAPH).folding;
    const outer = path.map(([id]) => id);
    const open = outer.every((_, i) => unfolded.has(outer.slice(0, i + 1).join("/")));
    return open ? [...outer, node].join("/") : null;
  }

  /** The values known at this position, also inside what is unfolded. */
  private values() {
    const values = new Map(this.trace.valuesAt(this.position));
    if (!this.view(FIRST_GRAPH).folding.unfolded.size) return values;
    for (const event of this.trace.events.slice(0, this.position)) {
      const id = this.inPlace(event);
      if (id !== null) values.set(id, event.outputs);
    }
    return values;
  }

  private render(): void {
    const view = this.view();
    const { history, step } = view;
    const [now, first] = view.states();
    const values = this.values();
    const event = this.trace.at(this.position);
    const running = event ? (this.inPlace(event) ?? event.node) : null;
    const { frame, document } = this;
    const options = this.options();
    frame.stepper.show(this.trace, this.position, this.selected, values);
    frame.place(this.graph, history.length > 0, (this.selected ?? running) !== null, options);
    this.pictures.draw(view, values, {
      step,
      selected: this.selected,
      failures: this.failures.filter(({ graph }) => (graph ?? FIRST_GRAPH) === this.graph),
      running,
      evaluated: [...values.keys()].filter((id) => id !== running),
      found: this.found,
      joined: options.common ? [...joined(history).keys()] : [],
      lined: this.lined,
      shapes: this.shapes,
      stops: frame.stepper.breaks.nodes(),
      way: this.way(now),
      wayBefore: this.way(first),
    });
    const limit = { limit: this.limit, selected: this.selected, states: [now, first] };
    frame.timeline.show(history, step, limitedSteps(history, limit));
    frame.explain.show(document, this.graph, history, step);
    frame.times.show(history);
    frame.failures.show(this.failures, this.verbosity);
    const selected = this.selected ?? running;
    // the stepper shows the value of the node that runs; once is enough
    const told = this.selected === null ? undefined : values.get(this.selected);
    frame.inspector.show(document, [now, first], history, selected, told);
    frame.code.show(new Set(selected === null ? [] : [selected, ...history.originsOf(selected)]));
    frame.outline.show(now);
    frame.toolbar.show(this.reach, options);
    frame.quiz.show(options.quiz);
  }
}

type TurnPath = NonNullable<Eval["path"]>;

function exactType({ dtype, shape }: Value): string {
  return `${dtype}[${shape.join(", ")}]`;
}
