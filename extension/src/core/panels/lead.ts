// A call that runs in the kernel and is paused: where it stands, and the buttons that lead it on.

import { button, h } from "../dom";
import type { Paused, Way } from "../live";
import { strings } from "../strings";

export type Lead = (how: Way) => void;

const WAYS: readonly Way[] = ["next", "into", "out", "go", "leave", "stop"];

export class LeadPanel {
  readonly element = h("div", { class: "tg-call", role: "group", hidden: "" });
  private readonly words = h("p", { class: "tg-call-words", role: "status" });
  private readonly row = h("div", { class: "tg-row" });
  private readonly buttons: ReadonlyMap<Way, HTMLButtonElement>;
  private now: Paused | null = null;

  constructor(private readonly lead: Lead | undefined) {
    const made = (how: Way) => {
      const { name, tip } = strings.ways[how];
      return [how, button(tip, name, () => this.ask(how))] as const;
    };
    this.buttons = new Map(WAYS.map(made));
    this.row.append(...this.buttons.values());
    this.element.setAttribute("aria-label", strings.lead);
    this.element.append(this.words, this.row);
  }

  /** Whether a call waits for the reader. */
  get waits(): boolean {
    return this.now?.state === "paused" && this.lead !== undefined;
  }

  ask(how: Way): void {
    if (this.waits) this.lead!(how);
  }

  show(paused: Paused | null): void {
    this.now = paused;
    this.element.hidden = paused === null;
    if (!paused) return;
    const { state, where, words } = paused;
    this.element.dataset["state"] = state;
    this.words.textContent = words || strings.leading[state](where);
    this.row.hidden = !this.waits;
    this.buttons.get("out")!.disabled = paused.depth === 0;
  }
}
