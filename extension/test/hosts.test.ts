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

describe("the panel of JupyterLab", () => {
  function run(documents: readonly unknown[]): HTMLElement {
    const shown: HTMLElement[] = [];
    let execute = (): string => "";
    const outputs = documents.map((one) => ({ data: { [MIME]: one } }));
    const cells = [{ model: { toJSON: () => ({ outputs }) } }, { model: { toJSON: () => ({}) } }];
    panel.activate(
      {
        commands: { addCommand: (_, options) => void (execute = options.execute) },
        shell: { add: ({ node }) => void shown.push(node), activateById: () => undefined },
      },
      { currentWidget: { content: { widgets: cells } } } as never,
      null,
    );
    execute();
    return shown[0]!;
  }

  test("shows the last graph of the notebook", () => {
    const node = run([fixtures.difference, fixtures.logistic]);
    expect(node.querySelector(".tg-title")!.textContent).toBe("1 / (1 + exp(-x))");
  });

  test("says so when there is none", () => {
    expect(run([]).textContent).toContain("no graph yet");
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
