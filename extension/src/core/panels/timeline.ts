// The timeline: a slider over the rewrites, the passes above it, and the buttons of a player.

import { button, h } from "../dom";
import { type Icon, icon } from "../icons";
import type { History } from "../model";
import { strings } from "../strings";

const PLAY_MS = 1_300;

export class Timeline {
  readonly element: HTMLElement;
  private readonly slider = h("input", { type: "range", min: 0, "aria-label": strings.timeline });
  private readonly track = h("div", { class: "tg-passes" });
  private readonly where = h("output", { class: "tg-position" });
  private readonly play: HTMLButtonElement;
  private timer: ReturnType<typeof setInterval> | undefined;
  private history: History | undefined;
  private step = 0;

  constructor(private readonly go: (step: number) => void) {
    const tool = (name: string, face: Icon, press: () => void): HTMLButtonElement => {
      const made = button(name, icon(face), press);
      made.tabIndex = -1; // the slider is the one stop; [ ] Home End and Space do the same
      return made;
    };
    this.play = tool(strings.play, "play", () => this.toggle());
    this.slider.addEventListener("input", () => this.to(Number(this.slider.value)));
    this.element = h(
      "div",
      { class: "tg-timeline", role: "group", "aria-label": strings.timeline },
      h(
        "div",
        { class: "tg-player" },
        tool(strings.first, "first", () => this.to(0)),
        tool(strings.previous, "previous", () => this.to(this.step - 1)),
        this.play,
        tool(strings.next, "next", () => this.to(this.step + 1)),
        tool(strings.last, "last", () => this.to(this.history?.length ?? 0)),
      ),
      h("div", { class: "tg-rail" }, this.track, this.slider),
      this.where,
    );
  }

  show(history: History, step: number): void {
    if (history !== this.history) {
      this.history = history;
      this.pause();
      this.track.replaceChildren(...this.passes(history));
    }
    this.step = step;
    this.element.hidden = history.length === 0;
    this.slider.max = String(history.length);
    this.slider.value = String(step);
    this.where.textContent = strings.position(step, history.length);
    const rule = history.rewrites[step - 1]?.rule ?? strings.start;
    const words = `${strings.position(step, history.length)}, ${rule}`;
    this.slider.setAttribute("aria-valuetext", words);
    const done = history.length ? (100 * step) / history.length : 0;
    this.slider.style.setProperty("--tg-done", `${done}%`);
    history.passes.forEach((pass, i) => {
      const current = step > pass.start && step <= pass.end;
      this.track.children[i]?.classList.toggle("tg-current", current);
    });
  }

  /** Handles a key of the viewer; says whether it did. */
  key(key: string): boolean {
    const all = this.history?.length ?? 0;
    if (key === "[") this.to(this.step - 1);
    else if (key === "]") this.to(this.step + 1);
    else if (key === "Home") this.to(0);
    else if (key === "End") this.to(all);
    else if (key === " ") this.toggle();
    else return false;
    return true;
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.face(strings.play, "play");
  }

  private to(step: number): void {
    this.pause();
    this.go(step);
  }

  private toggle(): void {
    const all = this.history?.length ?? 0;
    if (this.timer !== undefined) {
      this.pause();
      return;
    }
    this.face(strings.pause, "pause");
    this.go(this.step >= all ? 0 : this.step + 1);
    this.timer = setInterval(() => {
      if (this.step >= all) this.pause();
      else this.go(this.step + 1);
    }, PLAY_MS);
  }

  private face(name: string, face: Icon): void {
    this.play.replaceChildren(icon(face));
    this.play.setAttribute("aria-label", name);
    this.play.title = name;
  }

  private passes(history: History): Element[] {
    return history.passes.map((pass) => {
      const n = pass.end - pass.start;
      const name = pass.name || strings.noPass;
      const label = h("span", {}, strings.passChip(name, n));
      const made = button(strings.pass(name, n), label, () => this.to(pass.end));
      made.tabIndex = -1;
      made.className = "tg-pass";
      made.style.flexGrow = String(n);
      return made;
    });
  }
}
