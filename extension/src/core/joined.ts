// Expressions that were written more than once and are computed once: what the merge passes put together.

import type { History } from "./model";

const MERGES: ReadonlySet<string> = new Set(["merge", "merge_constants"]);

const known = new WeakMap<History, ReadonlyMap<string, readonly string[]>>();

/** For every node that stands for others, and for each of those: all of them, itself included. */
export function joined(history: History): ReadonlyMap<string, readonly string[]> {
  let found = known.get(history);
  if (!found) known.set(history, (found = gathered(history)));
  return found;
}

function gathered(history: History): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, Set<string>>();
  const all = [...history.at(0).nodes.values(), ...history.rewrites.flatMap(({ add }) => add)];
  const constants = new Set(all.flatMap(({ id, kind }) => (kind === "constant" ? [id] : [])));
  for (const { rule, map } of history.rewrites) {
    if (!MERGES.has(rule)) continue;
    for (const [old, [now]] of Object.entries(map)) {
      if (now === undefined || now === old || constants.has(old) || constants.has(now)) continue;
      const both = new Set([...(sets.get(now) ?? [now]), ...(sets.get(old) ?? [old])]);
      for (const id of both) sets.set(id, both);
    }
  }
  return new Map([...sets].map(([id, both]) => [id, [...both]]));
}
