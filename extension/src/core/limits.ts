// Which steps of a history count when the reader limits the timeline.

import { lifeOf } from "./life";
import type { History, Rewrite, State } from "./model";
import type { Limit } from "./panels/timeline";
import { ancestors } from "./reach";

export interface Limited {
  readonly limit: Limit;
  readonly selected: string | null;
  readonly states: readonly State[];
}

const known = new WeakMap<
  History,
  { readonly key: string; readonly steps: readonly number[] | null }
>();

/** The steps in order, or null where all count; the same list as long as nothing changed. */
export function limitedSteps(history: History, limited: Limited): readonly number[] | null {
  const { limit, selected } = limited;
  const key = JSON.stringify([
    limit,
    limit.kind === "all" || limit.kind === "rule" ? null : selected,
  ]);
  const last = known.get(history);
  if (last?.key === key) return last.steps;
  const steps = compute(history, limited);
  known.set(history, { key, steps });
  return steps;
}

function compute(history: History, { limit, selected, states }: Limited): readonly number[] | null {
  const where = (test: (rewrite: Rewrite) => boolean): number[] =>
    history.rewrites.flatMap((rewrite, i) => (test(rewrite) ? [i + 1] : []));
  if (limit.kind === "rule") return where(({ rule }) => rule === limit.rule);
  if (limit.kind === "all" || selected === null) return null;
  if (limit.kind === "node") return lifeOf(history, selected).map(({ step }) => step);
  const region = new Set(
    states.flatMap((state) => (state.nodes.has(selected) ? [...ancestors(state, selected)] : [])),
  );
  // what was replaced stands for what it was replaced by, so the region grows backwards
  for (const { at, add, map } of history.rewrites.toReversed()) {
    if (at !== undefined && add.some(({ id }) => region.has(id) && map[at]?.includes(id)))
      region.add(at);
  }
  return where(({ at, remove, add }) => {
    return [at ?? "", ...remove, ...add.map(({ id }) => id)].some((id) => region.has(id));
  });
}
