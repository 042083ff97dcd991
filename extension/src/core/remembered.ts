// What a reader set up and wants to find again when a kernel sends the next document.

import type { Eval } from "../protocol";
import type { Condition } from "./conditions";

export interface Break {
  /** The node at which to stop, or null for any. */
  readonly node: string | null;
  readonly text: string;
  readonly holds: Condition | null;
  on: boolean;
}

export class Remembered {
  /** Rules that are switched off. */
  off: readonly string[] = [];
  /** Whether near misses were asked for. */
  watching = false;
  readonly breaks: Break[] = [];
  readonly watched = new Set<string>();
  score = { right: 0, asked: 0 };
  /** Where the reader stood when he asked for something; null if he did not. */
  stood: Stood | null = null;
}

export interface Stood {
  readonly step: number;
  readonly last: boolean;
  readonly position: number;
  readonly selected: string | null;
  /** The turn that was asked for, where one was. */
  readonly path?: NonNullable<Eval["path"]>;
}
