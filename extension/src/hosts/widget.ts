// The anywidget host: the traits `document`, `step`, `selected`, `position`, `options` and `verbosity`,
// both ways, and messages that ask the kernel.

import { type Handle, mount } from "../core/viewer";

/** The part of a widget's model that is used here. */
interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, act: (content?: unknown) => void): void;
  off(event: string, act: (content?: unknown) => void): void;
  send?(content: unknown): void;
}

const SCRIPT_MS = 20_000;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const tell = (name: string, value: unknown): void => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  el.dataset["teachgraphHost"] = "widget";
  const scripts: ((text: string) => void)[] = [];
  const ask = model.send && ((request: unknown): void => model.send!(request));
  const viewer: Handle = mount(
    el,
    model.get("document"),
    {
      onStep: (step) => tell("step", step),
      onSelect: (id) => tell("selected", id),
      onVerbosity: (verbosity) => tell("verbosity", verbosity),
      onPosition: (position) => tell("position", position),
      onOptions: (chosen) => tell("options", { ...(model.get("options") as object), ...chosen }),
      ...(ask ? { ask, script: () => script(ask, scripts) } : {}),
    },
    model.get("options"),
  );
  const follow = {
    step: () => viewer.goto(Number(model.get("step"))),
    selected: () => viewer.select(String(model.get("selected") ?? "")),
    verbosity: () => viewer.setVerbosity(String(model.get("verbosity"))),
    options: () => viewer.setOptions(model.get("options")),
    position: () => {
      const position = Number(model.get("position")) || 0;
      if (position) viewer.evaluate(position);
    },
  };
  const heard: [string, (content?: unknown) => void][] = [
    ["change:document", () => viewer.setDocument(model.get("document"))],
    ["msg:custom", (content) => answered(viewer, content, scripts)],
    ...Object.entries(follow).map(([name, act]): [string, () => void] => [`change:${name}`, act]),
  ];
  for (const [event, act] of heard) model.on(event, act);
  for (const act of Object.values(follow)) act();
  return () => {
    for (const [event, act] of heard) model.off(event, act);
    viewer.dispose();
  };
}

function answered(viewer: Handle, content: unknown, scripts: ((text: string) => void)[]): void {
  const text = (content as { script?: unknown } | null)?.script;
  if (typeof text === "string") for (const done of scripts.splice(0)) done(text);
  else viewer.answer(content);
}

/** The script of the page that stands alone, from the kernel; nothing if it does not answer. */
function script(
  ask: (request: unknown) => void,
  waiting: ((text: string) => void)[],
): Promise<string> {
  return new Promise((done) => {
    waiting.push(done);
    ask({ do: "script" });
    setTimeout(() => done(""), SCRIPT_MS);
  });
}

export default { render };
