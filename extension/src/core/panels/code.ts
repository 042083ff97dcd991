// Code beside the graph: the reader's own lines, and the source that was made from the graph. A line
// lights up its nodes, a node its lines.

import type { Document } from "../../protocol";
import { h } from "../dom";
import { type CodeLine, type Listed, listings } from "../listings";
import { strings } from "../strings";

export interface CodeWishes {
  /** The nodes of the line that the reader chose; none when he takes it back. */
  light(nodes: readonly string[]): void;
}

export class Code {
  readonly element: HTMLDetailsElement;
  private readonly choice = h("select", { "aria-label": strings.whichCode });
  private readonly list = h("ol", { class: "tg-code", role: "listbox" });
  private readonly all: readonly Listed[];
  private rows: HTMLElement[] = [];
  private chosen = -1;
  private selected: ReadonlySet<string> = new Set();

  constructor(
    document: Document,
    private readonly wishes: CodeWishes,
  ) {
    this.all = listings(document);
    this.choice.append(...this.all.map(({ title }, i) => h("option", { value: i }, title)));
    this.choice.hidden = this.all.length < 2;
    this.choice.addEventListener("change", () => this.fill());
    this.element = h(
      "details",
      { class: "tg-card tg-codes", open: "" },
      h("summary", { class: "tg-eyebrow" }, strings.code),
      h("div", {}, this.choice, h("p", { class: "tg-quiet" }, strings.codeHelp), this.list),
    );
    this.element.hidden = this.all.length === 0;
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.fill();
  }

  /** Marks the lines of these nodes; the first comes into view within the list. */
  show(selected: ReadonlySet<string>): void {
    this.selected = selected;
    const lines = this.current?.lines ?? [];
    let first: HTMLElement | undefined;
    this.rows.forEach((row, i) => {
      const here = lines[i]!.nodes.some((id) => selected.has(id));
      row.classList.toggle("tg-here", here);
      if (here) first ??= row;
    });
    if (!first) return;
    const { list } = this;
    const top = first.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 24) {
      list.scrollTop = Math.max(0, top - list.clientHeight / 3);
    }
  }

  /** Takes the chosen line back. */
  clear(): void {
    if (this.chosen >= 0) this.rows[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = -1;
  }

  private get current(): Listed | undefined {
    return this.all[Number(this.choice.value) || 0];
  }

  private fill(): void {
    this.chosen = -1;
    const lines = this.current?.lines ?? [];
    this.rows = lines.map(row);
    this.list.replaceChildren(...this.rows);
    this.list.setAttribute("aria-label", this.current?.title ?? strings.code);
    const first = this.rows.find((_, i) => lines[i]!.nodes.length) ?? this.rows[0];
    if (first) first.tabIndex = 0;
    this.show(this.selected);
  }

  private choose(i: number): void {
    const nodes = this.current?.lines[i]?.nodes ?? [];
    const again = i === this.chosen;
    this.clear();
    if (!nodes.length || again) {
      this.wishes.light([]);
      return;
    }
    this.chosen = i;
    this.rows[i]!.setAttribute("aria-selected", "true");
    this.wishes.light(nodes);
  }

  private indexOf(event: Event): number {
    const row = (event.target as Element).closest<HTMLElement>("li");
    return row ? this.rows.indexOf(row) : -1;
  }

  private onClick(event: MouseEvent): void {
    const i = this.indexOf(event);
    if (i < 0) return;
    this.focus(i);
    this.choose(i);
  }

  private onKey(event: KeyboardEvent): void {
    const i = this.indexOf(event);
    if (i < 0) return;
    if (event.key === "ArrowDown") this.focus(i + 1);
    else if (event.key === "ArrowUp") this.focus(i - 1);
    else if (event.key === "Enter" || event.key === " ") this.choose(i);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focus(i: number): void {
    const row = this.rows[i];
    if (!row) return;
    for (const one of this.rows) one.tabIndex = one === row ? 0 : -1;
    row.focus();
  }
}

function row({ number, text, nodes, marks }: CodeLine): HTMLElement {
  const pieces: (Element | string)[] = [];
  let at = 0;
  for (const [begin, end] of marks) {
    if (begin < at) continue;
    pieces.push(text.slice(at, begin), h("span", { class: "tg-made" }, text.slice(begin, end)));
    at = end;
  }
  pieces.push(text.slice(at) || " ");
  const hidden = text.trim() ? "true" : undefined; // an empty line has no name but its number
  const made = h(
    "li",
    {
      role: "option",
      "aria-selected": "false",
      tabindex: -1,
      class: nodes.length ? "tg-live-line" : "",
    },
    h("span", { class: "tg-number", "aria-hidden": hidden }, number === null ? "" : String(number)),
    h("code", {}, ...pieces),
  );
  return made;
}
