// What the settings of JupyterLab say about all viewers in it.

import type { Handle } from "../core/viewer";

export interface Preferences {
  readonly verbosity?: string;
  readonly [option: string]: unknown;
}

let preferences: Preferences = {};
const viewers = new Set<Handle>();

export function preferred(): Preferences {
  return preferences;
}

/** Changes what is preferred, in the viewers that are open too. */
export function prefer(changed: Preferences): void {
  preferences = changed;
  for (const viewer of viewers) apply(viewer);
}

/** Lets a viewer follow the settings; returns how to stop. */
export function follow(viewer: Handle): () => void {
  viewers.add(viewer);
  apply(viewer);
  return () => void viewers.delete(viewer);
}

function apply(viewer: Handle): void {
  if (!Object.keys(preferences).length) return;
  viewer.setOptions(preferences);
  if (typeof preferences.verbosity === "string") viewer.setVerbosity(preferences.verbosity);
}
