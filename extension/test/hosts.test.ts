import { afterEach, describe, expect, test } from "vitest";
import mime from "../src/hosts/mime";
import panel from "../src/hosts/panel";
import widget from "../src/hosts/widget";
import { MIME } from "../src/protocol";
import { fixtures, press, unmountAll } from "./support";

afterEach(unmountAll);

/** A widget's model without a kernel. */
class Model {
  readonly saved: Record<string, unknown>[] = [];
  private readonly heard = new Map<string, Set<() => void>>();
  constructor(readonly traits: Record<string, unknown>) {}
  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }
  save_changes(): void {
    this.saved.push({ ...this.traits, document: null });
  }
  on(event: string, act: () => void): void {
    this.heard.set(event, (this.heard.get(event) ?? new Set()).add(act));
  }
  off(event: string, act: () => void): void {
    this.heard.get(event)?.delete(act);
  }
  emit(event: string): void {
    for (const act of this.heard.get(event) ?? []) act();
  }
  get listeners(): number {
    return [...this.heard.values()].reduce((sum, acts) => sum + acts.size, 0);
  }
}

function home(): HTMLElement {
  return document.body.appendChild(document.createElement("div"));
}

const position = (el: Element): string =>
  el.querySelector(".tg-timeline .tg-position")!.textContent!;

describe("the widget", () => {
  const traits = () => ({
    document: fixtures.difference as unknown,
    step: -1,
    selected: "",
    verbosity: "medium",
  });

  test("follows its traits and tells them what the reader does", () => {
    const model = new Model(traits());
    const el = home();
    const stop = widget.render({ model, el });
    expect(position(el)).toBe("3 / 3");
    model.set("step", 1);
    expect(position(el)).toBe("1 / 3");
    press(el.querySelectorAll(".tg-stage")[0]!, "]");
    expect(model.get("step")).toBe(2);
    press(el.querySelectorAll(".tg-stage")[0]!, "ArrowUp");
    expect(model.get("selected")).toBe("a2");
    expect(model.saved.length).toBe(2);
    stop();
    expect(model.listeners).toBe(0);
    expect(el.childElementCount).toBe(0);
  });

  test("shows another document when the kernel sets one", () => {
    const model = new Model(traits());
    const el = home();
    widget.render({ model, el });
    model.set("document", fixtures.failure);
    expect(el.querySelector(".tg-title")!.textContent).toBe("tanh(images * 2 + bias)");
    model.set("verbosity", "low");
    expect(el.querySelector<HTMLSelectElement>(".tg-failure select")!.value).toBe("low");
  });
});

describe("the MIME renderer", () => {
  test("is safe, draws its document and draws the next one in its place", async () => {
    const { safe, mimeTypes, createRenderer } = mime.rendererFactory;
    expect([safe, mimeTypes]).toEqual([true, [MIME]]);
    const renderer = createRenderer();
    document.body.append(renderer.node);
    await renderer.renderModel({ data: { [MIME]: fixtures.logistic } });
    expect(renderer.node.querySelectorAll(".tg-node").length).toBe(9);
    await renderer.renderModel({ data: { [MIME]: fixtures.failure } });
    expect(renderer.node.querySelectorAll(".tg-root").length).toBe(1);
    renderer.dispose();
    expect(renderer.node.childElementCount).toBe(0);
  });
});

/** A signal of JupyterLab. */
class Signal<T> {
  private readonly slots = new Set<(sender: unknown, value: T) => void>();
  connect(slot: (sender: unknown, value: T) => void): void {
    this.slots.add(slot);
  }
  disconnect(slot: (sender: unknown, value: T) => void): void {
    this.slots.delete(slot);
  }
  emit(value: T): void {
    for (const slot of this.slots) slot(this, value);
  }
}

const NAMES = [
  { name: "y", kind: "variable", type: "float64[?]", value: "" },
  { name: "w", kind: "shared", type: "float64[3]", value: "[0 0 0]" },
];

/** A notebook with a kernel that knows two names, in a JupyterLab that keeps what it is given. */
class Lab {
  readonly commands = new Map<string, () => unknown>();
  readonly palette: string[] = [];
  readonly added: { node: HTMLElement; area: string }[] = [];
  readonly sources: string[] = [];
  readonly asked: string[] = [];
  readonly kernel = {
    status: "idle",
    statusChanged: new Signal<string>(),
    iopubMessage: new Signal<{ header: { msg_type: string } }>(),
    requestExecute: (content: Readonly<Record<string, unknown>>) => {
      const { asked } = content["user_expressions"] as { asked: string };
      this.asked.push(asked);
      const data = asked.includes("listing(") ? this.names : fixtures.logistic;
      const found = { asked: { status: "ok", data: { "application/json": data } } };
      return { done: Promise.resolve({ content: { status: "ok", user_expressions: found } }) };
    },
  };
  private readonly composite = { direction: "right", verbosity: "low" };

  constructor(
    documents: readonly unknown[],
    name = "JupyterLab",
    private readonly names: readonly unknown[] = NAMES,
  ) {
    const outputs = documents.map((one) => ({ data: { [MIME]: one } }));
    const cell = (json: object) => ({
      node: home(),
      model: {
        toJSON: () => json,
        sharedModel: { setSource: (source: string) => void this.sources.push(source) },
      },
    });
    const content = {
      widgets: [cell({ outputs }), cell({})],
      activeCell: cell({}),
      activeCellIndex: 0,
      insert: () => void this.sources.push("new"),
    };
    const session = { kernel: this.kernel };
    const sessionContext = { kernelChanged: new Signal<unknown>(), session };
    const tracker = {
      currentWidget: { content, sessionContext },
      currentChanged: new Signal<unknown>(),
    };
    const app = {
      name,
      commands: {
        addCommand: (id: string, options: { execute(): unknown }) =>
          void this.commands.set(id, options.execute),
      },
      shell: {
        add: ({ node }: { node: HTMLElement }, area: string) => {
          document.body.append(node);
          this.added.push({ node, area });
        },
        activateById: () => undefined,
      },
    };
    const settings = {
      composite: this.composite,
      changed: { connect: () => undefined },
    };
    const registry = { load: () => Promise.resolve(settings) };
    const items = {
      addItem: ({ command }: { command: string }) => void this.palette.push(command),
    };
    panel.activate(app as never, tracker as never, items, registry as never);
  }

  run(command: string): void {
    this.commands.get(`teachgraph:${command}`)!();
  }

  /** What was put in last. */
  get last(): { node: HTMLElement; area: string } {
    return this.added.at(-1)!;
  }
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

describe("the plugin of JupyterLab", () => {
  test("shows the last graph of the notebook, in the direction of the settings", async () => {
    const lab = new Lab([fixtures.difference, fixtures.logistic]);
    await settled();
    lab.run("show-last-graph");
    expect(lab.last.area).toBe("main");
    expect(lab.last.node.querySelector(".tg-title")!.textContent).toBe("1 / (1 + exp(-x))");
    const direction = lab.last.node.querySelector<HTMLSelectElement>(".tg-menu select")!;
    expect(direction.value).toBe("right");
  });

  test("says so when there is none", () => {
    const lab = new Lab([]);
    lab.run("show-last-graph");
    expect(lab.last.node.textContent).toContain("no graph yet");
  });

  test("goes to the right of the one notebook of Notebook 7", () => {
    const lab = new Lab([fixtures.logistic], "Jupyter Notebook");
    lab.run("show-last-graph");
    expect(lab.last.area).toBe("right");
  });

  test("lists what the kernel holds; a click draws it", async () => {
    const lab = new Lab([]);
    const side = lab.added[0]!;
    expect(side.area).toBe("left");
    lab.run("show-kernel");
    await settled();
    const buttons = [...side.node.querySelectorAll<HTMLButtonElement>("[data-name]")];
    expect(buttons.map((one) => one.dataset["name"])).toEqual(["y", "w"]);
    buttons[0]!.click();
    await settled();
    expect(lab.asked.at(-1)).toContain('drawn(globals(), "y")');
    expect(lab.last.node.querySelectorAll(".tg-node").length).toBe(9);
  });

  test("is walked by arrow keys and filtered by letters", async () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      name: `w${i}`,
      kind: i === 8 ? "function" : "shared",
      type: i < 4 ? "float64[3]" : "int64[]",
      value: "",
    }));
    const lab = new Lab([], "JupyterLab", many);
    const side = lab.added[0]!.node;
    lab.run("show-kernel");
    await settled();
    const names = (): (string | undefined)[] =>
      [...side.querySelectorAll<HTMLElement>("[data-name]")].map((one) => one.dataset["name"]);
    const here = (): string | undefined => (document.activeElement as HTMLElement).dataset["name"];
    expect(names()[0]).toBe("w8"); // functions come first
    side.querySelector<HTMLElement>("[data-name]")!.focus();
    press(document.activeElement!, "ArrowDown");
    expect(here()).toBe("w0");
    press(document.activeElement!, "End");
    expect(here()).toBe("w7");
    press(document.activeElement!, "/");
    const filter = side.querySelector<HTMLInputElement>("input[type=search]")!;
    expect(document.activeElement).toBe(filter);
    filter.value = "int64";
    filter.dispatchEvent(new Event("input"));
    expect(names()).toEqual(["w8", "w4", "w5", "w6", "w7"]);
    press(filter, "Escape");
    expect(names().length).toBe(9);
  });

  test("looks again after a cell has run, not after its own question", async () => {
    const lab = new Lab([]);
    lab.run("show-kernel");
    await settled();
    const before = lab.asked.length;
    lab.kernel.statusChanged.emit("idle");
    await new Promise((done) => setTimeout(done, 400));
    expect(lab.asked.length).toBe(before);
    lab.kernel.iopubMessage.emit({ header: { msg_type: "execute_input" } });
    lab.kernel.statusChanged.emit("idle");
    await new Promise((done) => setTimeout(done, 400));
    expect(lab.asked.length).toBe(before + 1);
  });

  test("puts the code of a repair into a new cell", async () => {
    const lab = new Lab([fixtures.failure]);
    lab.run("show-last-graph");
    const repair = [...lab.last.node.querySelectorAll("button")].find(
      (one) => one.textContent === "put it into a new cell",
    )!;
    repair.click();
    await settled();
    expect(lab.sources.slice(-2)).toEqual(["new", "bias.set_value(np.zeros(3))"]);
    expect(lab.last.node.querySelector(".tg-hints")!.textContent).toContain("It is in a new cell.");
  });

  test("offers every command in the palette", () => {
    const lab = new Lab([]);
    expect(lab.palette).toEqual([...lab.commands.keys()]);
  });
});

describe("the self-contained page", () => {
  test("replaces every script that holds a document, and complains in words", async () => {
    const texts = [JSON.stringify(fixtures.logistic), '{"schema": "teachgraph/1", "gra'];
    for (const text of texts) {
      const script = document.createElement("script");
      script.type = "application/json";
      script.dataset["teachgraph"] = "";
      script.textContent = text;
      document.body.append(script);
    }
    await import("../src/hosts/standalone");
    const hosts = document.querySelectorAll('[data-teachgraph-host="standalone"]');
    expect(hosts.length).toBe(2);
    expect(hosts[0]!.querySelectorAll(".tg-node").length).toBe(9);
    expect(hosts[1]!.querySelector(".tg-message")!.textContent).toContain("cannot be shown");
  });
});
