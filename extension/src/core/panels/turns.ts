// In which turn of which loops the run stands: a box for each loop, in which another turn is typed.

import type { Eval } from "../../protocol";
import { button, h } from "../dom";
import { strings } from "../strings";
import type { Trace } from "../trace";
import type { Names } from "./breaks";

export interface TurnWishes {
  evaluate(position: number): void;
  say(words: string): void;
  /** Present where a kernel tells other turns of a loop; `path` is where the reader wants to be. */
  turns?(event: number, level: number, path: NonNullable<Eval["path"]>): void;
}

/** Where an event happened: which turn of which loop, which branch, the outermost first. */
export function placesOf({ path = [] }: Eval, names: Names): string[] {
  return path.map(([id, turn]) =>
    isLoop(names, id)
      ? strings.turn(names.label(id), turn)
      : strings.within(names.label(id), names.op(id), turn),
  );
}

/** A box for each loop around the event at a position, and for the loop that it is. */
export function turnsView(trace: Trace, at: number, names: Names, wishes: TurnWishes): Element[] {
  const event = trace.at(at);
  const path = event?.path ?? [];
  const own = event?.turns ? [[event.node, null] as const] : [];
  return [...path, ...own].flatMap(([node, turn], level) => {
    if (!isLoop(names, node)) return [];
    const around = path.slice(0, level);
    const told = trace.turnsOf(node, around);
    const all = trace.countOf(node, around);
    const name = strings.turnOf(names.label(node));
    const box = h("input", { type: "number", min: 0, max: (all ?? 1e9) - 1, "aria-label": name });
    box.value = String(turn ?? told[0] ?? 0);
    const go = (): void => {
      const wanted = Math.max(0, Math.min((all ?? 1e9) - 1, Math.round(Number(box.value)) || 0));
      goTo(trace, at, [...around, [node, wanted]], wishes);
    };
    box.addEventListener("keydown", (press) => {
      if (press.key === "Enter") go();
      press.stopPropagation();
    });
    return [
      h(
        "div",
        { class: "tg-row tg-turn" },
        h("label", {}, `${name} `, box),
        button(strings.showTurn, strings.showTurn, go),
      ),
      h("p", { class: "tg-quiet" }, recorded(told, all)),
    ];
  });
}

/** Whether a node turns; a graph inside another node runs once. */
export function isLoop(names: Names, id: string): boolean {
  return /^scan\b/.test(names.op(id) || names.label(id));
}

function recorded(told: readonly number[], all: number | null): string {
  if (!told.length) return strings.noTurns(all);
  const [first, last] = [told[0]!, told.at(-1)!];
  return strings.turns(first, last, all);
}

function goTo(trace: Trace, at: number, path: NonNullable<Eval["path"]>, wishes: TurnWishes): void {
  const goal = trace.entry(path);
  if (goal !== null) wishes.evaluate(goal);
  else if (wishes.turns) wishes.turns(at, path.length - 1, path);
  else wishes.say(strings.turnNotRecorded);
}
