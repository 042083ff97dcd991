// What happened to a node: the rewrites that made, changed, matched or took it, or what it came from.

import type { History, Rewrite } from "./model";

export interface Moment {
  readonly step: number;
  readonly rule: string;
  readonly what: "made" | "changed" | "matched" | "taken";
}

/** In the order in which it happened; the moments of what the node came from are among them. */
export function lifeOf(history: History, id: string): Moment[] {
  const line = lineOf(history, id);
  return history.rewrites.flatMap((rewrite, i): Moment[] => {
    const what = whatIn(rewrite, line);
    return what ? [{ step: i + 1, rule: rewrite.rule, what }] : [];
  });
}

/** The node, what it came from, and what came from it, through all rewrites. */
function lineOf(history: History, id: string): ReadonlySet<string> {
  const line = new Set([id]);
  for (const { at, map, add } of history.rewrites.toReversed()) {
    if (!add.some((node) => line.has(node.id))) continue;
    for (const [old, now] of Object.entries(map)) {
      if (old === at && now.some((one) => line.has(one))) line.add(old);
    }
  }
  for (const { at, map, remove } of history.rewrites) {
    if (at === undefined || !line.has(at) || !remove.includes(at)) continue;
    for (const heir of map[at] ?? []) line.add(heir);
  }
  return line;
}

function whatIn(rewrite: Rewrite, line: ReadonlySet<string>): Moment["what"] | null {
  if (rewrite.add.some((node) => line.has(node.id))) return "made";
  if (rewrite.remove.some((id) => line.has(id))) return "taken";
  if (rewrite.at !== undefined && line.has(rewrite.at)) return "matched";
  if (rewrite.rewire.some(([user]) => line.has(user))) return "changed";
  return null;
}
