// `mount`: a viewer in an element. It reads whatever it is given, and says so when it cannot.

import { h } from "./dom";
import { type Ask, answerIn, type Paused, pausedIn } from "./live";
import { DEFAULTS, type Options, optionsIn } from "./options";
import type { Verbosity } from "./panels/failure";
import { read } from "./read";
import { Remembered } from "./remembered";
import { Session } from "./session";
import { strings } from "./strings";
import { style, watchTheme } from "./theme";

/** What a host hears; each is called only for what the reader did. */
export interface Hooks {
  onStep?(step: number): void;
  onSelect?(id: string): void;
  onVerbosity?(verbosity: Verbosity): void;
  onPosition?(position: number): void;
  onOptions?(options: Partial<Options>): void;
  /** Present where a kernel answers: with a new document, or through `answer`. */
  ask?(request: Ask): void;
  /** The script of the page that stands alone, where it can be had. */
  script?(): Promise<string>;
}

/** What a host may do with a mounted viewer. */
export interface Handle {
  readonly element: HTMLElement;
  setDocument(document: unknown): void;
  /** Goes to the state after `step` rewrites; -1 is the last one, as in Python. */
  goto(step: number): void;
  select(id: string): void;
  evaluate(position: number): void;
  setVerbosity(verbosity: string): void;
  setOptions(options: unknown): void;
  /** How it stands with a call in the kernel that a reader may lead. */
  setPaused(data: unknown): void;
  /** What a kernel said that is no document. */
  answer(data: unknown): void;
  dispose(): void;
}

export function mount(
  element: HTMLElement,
  document: unknown,
  hooks: Hooks = {},
  wanted: unknown = {},
): Handle {
  const root = h("div", { class: "tg-root", role: "group" });
  root.addEventListener("focusin", ({ target }) => {
    // tells JupyterLab to leave our keys alone; it looks at the focused element first
    (target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
  });
  element.append(root);
  style(root);
  const remembered = new Remembered();
  let options: Options = { ...DEFAULTS, ...optionsIn(wanted) };
  let session: Session | undefined;
  let paused: Paused | null = null;

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

  const setOptions = (data: unknown): void =>
    guarded(() => {
      const was = options;
      options = { ...options, ...optionsIn(data) };
      root.dataset["tgWanted"] = options.theme;
      theme.update();
      session?.chosen();
      if (was.present !== options.present) fullscreen(root, options.present);
    });

  const heard: Hooks = {
    ...hooks,
    onOptions(chosen) {
      setOptions(chosen);
      hooks.onOptions?.(chosen);
    },
  };

  const setDocument = (data: unknown): void =>
    guarded(() => {
      const reading = read(data);
      if ("fault" in reading) {
        message(strings.unreadable(reading.fault));
        return;
      }
      if (!reading.skipped && session?.rerun(reading.document)) return;
      session?.dispose();
      session = new Session(reading.document, reading.skipped, heard, remembered, () => options);
      root.setAttribute("aria-label", strings.viewer(session.title));
      root.replaceChildren(session.element);
      session.start();
      session.paused(paused);
    });

  const setPaused = (data: unknown): void =>
    guarded(() => {
      paused = pausedIn(data);
      session?.paused(paused);
    });

  const theme = watchTheme(
    root,
    () => options.theme,
    () => session?.recoloured(),
  );
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
    setOptions,
    setPaused,
    goto: (step) => guarded(() => session?.goto(step)),
    select: (id) => guarded(() => session?.select(id)),
    evaluate: (position) => guarded(() => session?.evaluate(position)),
    setVerbosity: (verbosity) => guarded(() => session?.setVerbosity(verbosity)),
    answer: (data) =>
      guarded(() => {
        const answer = answerIn(data);
        if (!answer) return;
        if ("refused" in answer) session?.frame.notice(answer.refused);
        else session?.frame.stepper.looked(answer.value);
      }),
    dispose() {
      session?.dispose();
      sizes?.disconnect();
      theme.stop();
      root.remove();
    },
  };
}

/** A presentation fills the screen where the browser lets it. */
function fullscreen(root: HTMLElement, on: boolean): void {
  const none = (): void => undefined; // not allowed here: the presentation stays in the page
  if (on) root.requestFullscreen?.().catch(none);
  else if (document.fullscreenElement === root) document.exitFullscreen().catch(none);
}
