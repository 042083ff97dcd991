// The keys of the viewer. A panel that has the focus takes its own keys first.

import type { Reach } from "./reach";

export interface KeyWishes {
  timeline(key: string): boolean;
  stepper(key: string): boolean;
  search(): void;
  reach(reach: Reach): void;
  anchor(): void;
  choose(
    name: "still" | "together" | "types" | "common" | "present" | "quiz" | "minimap",
    value?: boolean,
  ): void;
  turn(): void;
  unfold(): void;
  save(): void;
  help(): void;
  escape(): boolean;
  presenting(): boolean;
}

const REACH: Readonly<Record<string, Reach>> = {
  a: "ancestors",
  d: "descendants",
  w: "both",
  p: "path",
};

const SWITCHES = {
  l: "still",
  k: "together",
  t: "types",
  c: "common",
  P: "present",
  Q: "quiz",
} as const;

/** A key of the browser or the host, not a sign; many keyboards write [ and { with AltGr. */
export function isCommand(event: KeyboardEvent): boolean {
  if (event.getModifierState?.("AltGraph")) return false;
  return event.ctrlKey || event.metaKey || event.altKey;
}

/** Does what a key asks for, and then keeps it from the page. */
export function act(event: KeyboardEvent, wishes: KeyWishes): void {
  if (isCommand(event) || event.defaultPrevented) return;
  const target = event.target as Element;
  if (target.closest("select, textarea, summary, input[type=text], input[type=search]")) return;
  if (event.key === " " && target.closest("button, input[type=checkbox], input[type=radio]"))
    return;
  if ((event.key === "Home" || event.key === "End") && target.closest("input, pre, ol")) return;
  if (!did(event.key, wishes)) return;
  event.preventDefault();
  event.stopPropagation();
}

function did(key: string, wishes: KeyWishes): boolean {
  if (key === "Escape") return wishes.escape();
  if (wishes.presenting() && key === "PageDown") return wishes.timeline("]");
  if (wishes.presenting() && key === "PageUp") return wishes.timeline("[");
  if (wishes.timeline(key) || wishes.stepper(key)) return true;
  const reach = REACH[key];
  const name = SWITCHES[key as keyof typeof SWITCHES];
  if (reach) wishes.reach(reach);
  else if (name) wishes.choose(name);
  else if (key === "/") wishes.search();
  else if (key === "m") wishes.anchor();
  else if (key === "r") wishes.turn();
  else if (key === "u") wishes.unfold();
  else if (key === "s") wishes.save();
  else if (key === "?") wishes.help();
  else return false;
  return true;
}
