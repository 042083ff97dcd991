// Which marks the nodes of the two pictures carry at a step.

import type { Failure } from "../protocol";
import { type History, replacements, type State } from "./model";
import type { Mark, Marks } from "./render/scene";

/** What the viewer looks at. */
export interface Look {
  readonly step: number;
  readonly selected: string | null;
  readonly failures: readonly Failure[];
  readonly running: string | null;
  readonly evaluated: Iterable<string>;
  /** What a search found. */
  readonly found: Iterable<string>;
  /** What was written twice and is computed once, where the reader wants to see it. */
  readonly joined: Iterable<string>;
  /** What belongs to the line of code that the reader points at. */
  readonly lined: Iterable<string>;
  /** Nodes with a breakpoint. */
  readonly stops: Iterable<string>;
  /** The types that values had in the run, for each node. */
  readonly shapes: ReadonlyMap<string, readonly string[]>;
  /** What the reader follows in each picture, or null. */
  readonly way: ReadonlySet<string> | null;
  readonly wayBefore: ReadonlySet<string> | null;
}

class Marker {
  readonly marks = new Map<string, Set<Mark>>();

  put(mark: Mark, ids: Iterable<string>): void {
    for (const id of ids) {
      const had = this.marks.get(id);
      if (had) had.add(mark);
      else this.marks.set(id, new Set([mark]));
    }
  }
}

/** Marks at the current state: what is new, what reads something new, where the run is. */
export function marksNow(history: History, state: State, look: Look): Marks {
  const marker = new Marker();
  const rewrite = history.rewrites[look.step - 1];
  marker.put("evaluated", look.evaluated);
  if (rewrite && look.running === null) {
    marker.put(
      "rewired",
      rewrite.rewire.map(([user]) => user),
    );
    marker.put(
      "added",
      rewrite.add.map((node) => node.id),
    );
  }
  if (look.running !== null) marker.put("running", [look.running]);
  for (const failure of look.failures) {
    marker.put("failed", history.kin(failure.nodes ?? [], state));
    marker.put("failed", failure.nodes ?? []);
  }
  select(marker, history, state, look.selected);
  follow(marker, state, look, look.way);
  return marker.marks;
}

/** Marks on the first state: what is gone by now, and what the last rewrite took. */
export function marksBefore(history: History, first: State, now: State, look: Look): Marks {
  const marker = new Marker();
  marker.put(
    "gone",
    [...first.nodes.keys()].filter((id) => !now.nodes.has(id)),
  );
  const rewrite = history.rewrites[look.step - 1];
  if (rewrite) {
    const taken = new Set(rewrite.remove).add(rewrite.at ?? "");
    for (const id of taken) marker.put("matched", history.originsOf(id));
  }
  for (const failure of look.failures) marker.put("failed", failure.nodes ?? []);
  select(marker, history, first, look.selected);
  follow(marker, first, look, look.wayBefore);
  return marker.marks;
}

/** What was searched, pointed at and followed; the rest fades where one thing is followed. */
function follow(marker: Marker, state: State, look: Look, way: Look["way"]): void {
  marker.put("found", look.found);
  marker.put("joined", look.joined);
  marker.put("stopped", look.stops);
  marker.put("lit", look.lined);
  if (!way) return;
  marker.put("lit", way);
  marker.put(
    "dim",
    [...state.nodes.keys()].filter((id) => !way.has(id)),
  );
}

function select(marker: Marker, history: History, state: State, selected: string | null): void {
  if (selected === null) return;
  if (state.nodes.has(selected)) marker.put("selected", [selected]);
  else marker.put("twin", history.kin([selected], state));
}

/** Which node a rewrite turned into which, for the eye that follows the change. */
export function succession(history: History, from: number, to: number) {
  const heirs = new Map<string, string>();
  const origins = new Map<string, string>();
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  for (const rewrite of history.rewrites.slice(low, high)) {
    const added = rewrite.add.map((node) => node.id);
    const stands = new Map(replacements(rewrite));
    const target = added.at(-1) ?? [...stands.values()].flat()[0];
    for (const old of rewrite.remove) {
      const heir = stands.get(old)?.[0] ?? target;
      if (heir !== undefined) heirs.set(old, heir);
    }
    const root = rewrite.at ?? rewrite.remove[0];
    if (root !== undefined) for (const id of added) origins.set(id, root);
  }
  return from <= to ? { heirs, origins } : { heirs: origins, origins: heirs };
}
