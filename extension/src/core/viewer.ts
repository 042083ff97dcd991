// `mount`: a viewer in an element. It reads whatever it is given, and says so when it cannot.

import { h } from "./dom";
import type { Verbosity } from "./panels/failure";
import { read } from "./read";
import { Session } from "./session";
import { strings } from "./strings";
import { style, watchTheme } from "./theme";

/** What a host hears; each is called only for what the reader did. */
export interface Hooks {
  onStep?(step: number): void;
  onSelect?(id: string): void;
  onVerbosity?(verbosity: Verbosity): void;
}

/** What a host may do with a mounted viewer. */
export interface Handle {
  readonly element: HTMLElement;
  setDocument(document: unknown): void;
  /** Goes to the state after `step` rewrites; -1 is the last one, as in Python. */
  goto(step: number): void;
  select(id: string): void;
  setVerbosity(verbosity: string): void;
  dispose(): void;
}

export function mount(element: HTMLElement, document: unknown, hooks: Hooks = {}): Handle {
  const root = h("div", { class: "tg-root", role: "group" });
  root.addEventListener("focusin", ({ target }) => {
    // tells JupyterLab to leave our keys alone; it looks at the focused element first
    (target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
  });
  element.append(root);
  style(root);
  let session: Session | undefined;

  const message = (text: string): void => {
    session?.dispose();
    session = undefined;
    root.setAttribute("aria-label", strings.viewer(strings.untitled));
    root.replaceChildren(h("p", { class: "tg-message", role: "note" }, text));
  };

  /** A view fails soft: a fault of ours is a message in its place, and the page goes on. */
  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      console.error("teachgraph", error);
      message(strings.unreadable(strings.crashed));
    }
  };

  const setDocument = (data: unknown): void =>
    guarded(() => {
      const reading = read(data);
      if ("fault" in reading) {
        message(strings.unreadable(reading.fault));
        return;
      }
      session?.dispose();
      session = new Session(reading.document, reading.skipped, hooks);
      root.setAttribute("aria-label", strings.viewer(session.title));
      root.replaceChildren(session.element);
      session.start();
    });

  const stopTheme = watchTheme(root, () => session?.recoloured());
  const sizes =
    typeof ResizeObserver === "undefined"
      ? undefined
      : new ResizeObserver(() => session?.resized());
  sizes?.observe(root);
  root.addEventListener("keydown", (event) => guarded(() => session?.key(event)));
  setDocument(document);

  return {
    element: root,
    setDocument,
    goto: (step) => guarded(() => session?.goto(step)),
    select: (id) => guarded(() => session?.select(id)),
    setVerbosity: (verbosity) => guarded(() => session?.setVerbosity(verbosity)),
    dispose() {
      session?.dispose();
      sizes?.disconnect();
      stopTheme();
      root.remove();
    },
  };
}
