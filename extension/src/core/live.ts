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
  /** Tell the turns of a loop from `first` on; `event` is the loop's number in the run. */
  | { readonly do: "turns"; readonly event: number; readonly first: number }
  /** Optimize again without these rules; `watch` also tells which rules looked and declined. */
  | { readonly do: "optimize"; readonly without: readonly string[]; readonly watch: boolean };

/** What a kernel answers where it has no new document: why not, or a part of a value. */
export type Answer = { readonly refused: string } | { readonly value: Value };

export function answerIn(data: unknown): Answer | null {
  if (typeof data !== "object" || data === null) return null;
  const { refused, value } = data as Record<string, unknown>;
  if (typeof refused === "string") return { refused };
  const read = value === undefined ? undefined : readAs<Value>("Value", value);
  return read ? { value: read } : null;
}
