// The anywidget host: the traits `document`, `step`, `selected` and `verbosity`, both ways.

import { mount } from "../core/viewer";

/** The part of a widget's model that is used here. */
interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, act: () => void): void;
  off(event: string, act: () => void): void;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const tell = (name: string, value: unknown): void => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  el.dataset["teachgraphHost"] = "widget";
  const viewer = mount(el, model.get("document"), {
    onStep: (step) => tell("step", step),
    onSelect: (id) => tell("selected", id),
    onVerbosity: (verbosity) => tell("verbosity", verbosity),
  });
  const follow = {
    step: () => viewer.goto(Number(model.get("step"))),
    selected: () => viewer.select(String(model.get("selected") ?? "")),
    verbosity: () => viewer.setVerbosity(String(model.get("verbosity"))),
  };
  const followAll = (): void => Object.values(follow).forEach((act) => act());
  const heard: [string, () => void][] = [
    [
      "change:document",
      () => {
        viewer.setDocument(model.get("document"));
        followAll();
      },
    ],
    ...Object.entries(follow).map(([name, act]): [string, () => void] => [`change:${name}`, act]),
  ];
  for (const [event, act] of heard) model.on(event, act);
  followAll();
  return () => {
    for (const [event, act] of heard) model.off(event, act);
    viewer.dispose();
  };
}

export default { render };
