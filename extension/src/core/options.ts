// What a reader may choose; a host may choose it for him first, and hears what he chose.

export interface Options {
  /** Where the edges lead: down, or to the right. */
  readonly direction: "down" | "right";
  /** Nodes keep their place over all steps: all states are laid out as one. */
  readonly still: boolean;
  readonly minimap: boolean;
  /** The two pictures move together. */
  readonly together: boolean;
  /** Types on the edges. */
  readonly types: boolean;
  /** Expressions that were written twice and are computed once are marked. */
  readonly common: boolean;
  readonly present: boolean;
  readonly quiz: boolean;
  readonly theme: "auto" | "light" | "dark";
}

export const DEFAULTS: Options = {
  direction: "down",
  still: false,
  minimap: true,
  together: false,
  types: false,
  common: false,
  present: false,
  quiz: false,
  theme: "auto",
};

export type Layouting = Pick<Options, "direction" | "still">;

const CHOICES: { readonly [K in keyof Options]: readonly Options[K][] } = {
  direction: ["down", "right"],
  still: [false, true],
  minimap: [false, true],
  together: [false, true],
  types: [false, true],
  common: [false, true],
  present: [false, true],
  quiz: [false, true],
  theme: ["auto", "light", "dark"],
};

/** The options among unknown data; what is none is passed over. */
export function optionsIn(data: unknown): Partial<Options> {
  if (typeof data !== "object" || data === null) return {};
  const known = Object.entries(CHOICES).filter(([name, choices]) =>
    (choices as readonly unknown[]).includes((data as Record<string, unknown>)[name]),
  );
  return Object.fromEntries(known.map(([name]) => [name, (data as Record<string, unknown>)[name]]));
}
