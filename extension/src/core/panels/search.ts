// The search box: what it finds is marked in both pictures, Enter goes from one to the next.

import { button, h } from "../dom";
import { icon } from "../icons";
import { strings } from "../strings";

const WAIT_MS = 90;

export interface SearchWishes {
  /** Gives the ids that a query finds, and marks them. */
  search(query: string): readonly string[];
  select(id: string): void;
}

export class Search {
  readonly element: HTMLElement;
  private readonly box = h("input", {
    type: "search",
    placeholder: strings.searchExample,
    "aria-label": strings.search,
    title: strings.searchHelp,
  });
  private readonly count = h("span", { class: "tg-quiet tg-found-count", role: "status" });
  private readonly clear = button(strings.clearSearch, icon("close"), () => this.reset());
  private found: readonly string[] = [];
  private at = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly wishes: SearchWishes) {
    this.box.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.run(), WAIT_MS);
    });
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.clear.hidden = true;
    this.element = h(
      "div",
      { class: "tg-search", role: "group", "aria-label": strings.search },
      this.box,
      this.clear,
      this.count,
    );
  }

  focus(): void {
    this.box.focus();
    this.box.select();
  }

  /** Searches again, in another state. */
  refresh(): readonly string[] {
    if (!this.box.value.trim()) return [];
    this.found = this.wishes.search(this.box.value);
    this.tell();
    return this.found;
  }

  private run(): void {
    this.at = -1;
    this.found = this.wishes.search(this.box.value);
    this.tell();
  }

  private tell(): void {
    const empty = !this.box.value.trim();
    this.clear.hidden = empty;
    this.count.textContent = empty ? "" : strings.found(this.found.length, this.at);
  }

  private reset(): void {
    this.box.value = "";
    this.run();
    this.box.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!this.box.value) this.box.blur();
      this.reset();
    } else if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      clearTimeout(this.timer);
      if (this.at < 0) this.run();
      if (!this.found.length) return;
      const back = event.shiftKey || event.key === "ArrowUp";
      const n = this.found.length;
      this.at = (this.at + (back ? n - 1 + Number(this.at < 0) : 1)) % n;
      this.wishes.select(this.found[this.at]!);
      this.tell();
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
