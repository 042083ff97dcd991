// What the settings of JupyterLab say about all viewers in it. Live widgets are a script of their own, so
// what is preferred stands in the page, where both find it.

import type { Handle } from "../core/viewer";

export interface Preferences {
  readonly verbosity?: string;
  readonly [option: string]: unknown;
}

const CHANGED = "teachgraph-preferred";
const KEY = "teachgraphPreferred";

export function preferred(): Preferences {
  const text = document.documentElement.dataset[KEY];
  return text === undefined ? {} : (JSON.parse(text) as Preferences);
}

/** Changes what is preferred, in the viewers that are open too. */
export function prefer(changed: Preferences): void {
  document.documentElement.dataset[KEY] = JSON.stringify(changed);
  document.dispatchEvent(new Event(CHANGED));
}

/** Lets a viewer follow the settings; returns how to stop. */
export function follow(viewer: Handle): () => void {
  const apply = (): void => {
    const found = preferred();
    if (!Object.keys(found).length) return;
    viewer.setOptions(found);
    if (typeof found.verbosity === "string") viewer.setVerbosity(found.verbosity);
  };
  document.addEventListener(CHANGED, apply);
  apply();
  return () => document.removeEventListener(CHANGED, apply);
}
