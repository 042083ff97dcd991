// The anywidget host: the traits `document`, `step`, `selected`, `position`, `options` and `verbosity`,
// both ways, `paused` from the kernel, and messages that ask the kernel. While a cell runs these come
// through only if the kernel learned before, by our `hello`, on which way it can be asked.

import { type Handle, mount } from "../core/viewer";
import { strings } from "../core/strings";
import { patient } from "./patience";
import { follow as followSettings } from "./preferences";

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
const HELLO_MS = 500;
const MOST_HELLOS = 20;
const HERE_MS = 5_000;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const tell = (name: string, value: unknown): void => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  el.dataset["teachgraphHost"] = "widget";
  const scripts: ((text: string) => void)[] = [];
  const ask = model.send && ((request: unknown): void => model.send!(request));
  const patience = ask && patient(ask, () => viewer.answer({ refused: strings.noAnswer }));
  const viewer: Handle = mount(
    el,
    model.get("document"),
    {
      onStep: (step) => tell("step", step),
      onSelect: (id) => tell("selected", id),
      onVerbosity: (verbosity) => tell("verbosity", verbosity),
      onPosition: (position) => tell("position", position),
      onOptions: (chosen) => tell("options", { ...(model.get("options") as object), ...chosen }),
      ...(patience ? { ask: patience.ask, script: () => script(patience.ask, scripts) } : {}),
    },
    model.get("options"),
  );
  const unfollow = followSettings(viewer);
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
  const greeting = greet(el, ask);
  const paused = (): void => {
    const now = model.get("paused");
    patience?.heard();
    viewer.setPaused(now);
    greeting.answer((now as { state?: unknown } | null)?.state);
  };
  const heard: [string, (content?: unknown) => void][] = [
    [
      "change:document",
      () => {
        patience?.heard();
        viewer.setDocument(model.get("document"));
      },
    ],
    // the document that came with it is there first
    ["change:paused", () => queueMicrotask(paused)],
    [
      "msg:custom",
      (content) => {
        patience?.heard();
        greeting.heard(content);
        answered(viewer, content, scripts);
      },
    ],
    ...Object.entries(follow).map(([name, act]): [string, () => void] => [`change:${name}`, act]),
  ];
  for (const [event, act] of heard) model.on(event, act);
  for (const act of Object.values(follow)) act();
  paused();
  return () => {
    patience?.heard();
    greeting.stop();
    unfollow();
    for (const [event, act] of heard) model.off(event, act);
    viewer.dispose();
  };
}

/** Says hello until the kernel knows a way to be asked while it is busy, and that we are here. */
function greet(el: HTMLElement, ask: ((request: unknown) => void) | undefined) {
  let [left, waiting] = [MOST_HELLOS, false];
  const hello = setInterval(() => {
    left -= 1;
    if (left < 0) clearInterval(hello);
    else ask?.({ do: "hello" });
  }, HELLO_MS);
  ask?.({ do: "hello" });
  const here = setInterval(() => waiting && ask?.({ do: "here" }), HERE_MS);
  return {
    heard(content: unknown): void {
      if ((content as { hello?: unknown } | null)?.hello !== true) return;
      clearInterval(hello);
      el.dataset["teachgraphAnswers"] = "always";
    },
    answer(state: unknown): void {
      waiting = state === "asking" || state === "paused";
      if (state === "asking") ask?.({ do: "here" });
    },
    stop(): void {
      clearInterval(hello);
      clearInterval(here);
    },
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
