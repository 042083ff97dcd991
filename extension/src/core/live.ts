// What a viewer may ask of a kernel. Where there is none, what would ask is not shown.

import type { Value } from "../protocol";
import { readAs } from "./read";

export type Ask =
  /** Evaluate again with one element of an input changed. */
  | { readonly do: "set"; readonly node: string; readonly index: number; readonly value: number }
  /** A part of a value of the run, by an index as NumPy takes it. */
  | {
      readonly do: "look";
      readonly event: number;
      readonly output: number;
      readonly index: string;
    }
  /**
   * Tell the turns of a loop from `first` on. `event` is the number in the run of the loop, or of what
   * is inside of it; then `level` says how many nodes are around the loop.
   */
  | { readonly do: "turns"; readonly event: number; readonly first: number; readonly level: number }
  /** Lead a call that is paused; it stops again at these breakpoints. */
  | { readonly do: "lead"; readonly how: Way; readonly breaks: readonly Stop[] }
  /** Optimize again without these rules; `watch` also tells which rules looked and declined. */
  | { readonly do: "optimize"; readonly without: readonly string[]; readonly watch: boolean };

/** On to the next node; into its turns; out of the loop; to the next stop; on without stops; no more. */
export type Way = "next" | "into" | "out" | "go" | "leave" | "stop";

export interface Stop {
  readonly node: string | null;
  readonly text: string;
}

/** How it stands with a call that a viewer may lead. */
export interface Paused {
  readonly state: "asking" | "paused" | "running" | "over" | "failed" | "stopped" | "away";
  /** After which node it is paused, in words. */
  readonly where: string;
  /** The position of the run at which it is paused. */
  readonly at: number;
  /** How many loops are around that place. */
  readonly depth: number;
  /** Why it is not paused. */
  readonly words: string;
}

const STATES = ["asking", "paused", "running", "over", "failed", "stopped", "away"] as const;

export function pausedIn(data: unknown): Paused | null {
  if (typeof data !== "object" || data === null) return null;
  const { state, where, at, depth, words } = data as Record<string, unknown>;
  const known = STATES.find((one) => one === state);
  if (!known) return null;
  const text = (one: unknown): string => (typeof one === "string" ? one.slice(0, 400) : "");
  const number = (one: unknown): number => (typeof one === "number" && one > 0 ? one : 0);
  return {
    state: known,
    where: text(where),
    at: number(at),
    depth: number(depth),
    words: text(words),
  };
}

/** What a kernel answers where it has no new document: why not, or a part of a value. */
export type Answer = { readonly refused: string } | { readonly value: Value };

export function answerIn(data: unknown): Answer | null {
  if (typeof data !== "object" || data === null) return null;
  const { refused, value } = data as Record<string, unknown>;
  if (typeof refused === "string") return { refused };
  const read = value === undefined ? undefined : readAs<Value>("Value", value);
  return read ? { value: read } : null;
}
