// The graph as a tree for eyes and ears that do not use the picture: below each node, what it reads.

import { freshId, h } from "../dom";
import type { GraphNode, State } from "../model";
import { typeOf } from "../render/scene";
import { strings } from "../strings";
import { inputsOf } from "./inspector";

const MOST_ITEMS = 2_000;
const OPEN_DEPTH = 3;

export class Outline {
  readonly element: HTMLDetailsElement;
  private readonly tree: HTMLElement;
  private state: State | undefined;
  private items: HTMLElement[] = [];

  constructor(private readonly select: (id: string) => void) {
    const help = freshId("help");
    this.tree = h("ul", { role: "tree", class: "tg-tree", "aria-label": strings.outline });
    this.tree.setAttribute("aria-describedby", help);
    this.element = h(
      "details",
      { class: "tg-outline" },
      h("summary", {}, strings.outline),
      h("p", { class: "tg-quiet", id: help }, strings.outlineHelp),
      this.tree,
    );
    this.element.addEventListener("toggle", () => this.render());
    this.tree.addEventListener("click", (event) => this.onClick(event));
    this.tree.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.items = [];
    this.render();
  }

  /** The items in one list, each with its level; below a folded one they are hidden. */
  private render(): void {
    const { state } = this;
    if (!state || !this.element.open || this.items.length) return;
    const seen = new Set<string>();
    const tell = (node: GraphNode, level: number): void => {
      if (this.items.length >= MOST_ITEMS) return;
      const again = seen.has(node.id);
      seen.add(node.id);
      const below = again ? [] : inputsOf(node, state);
      this.items.push(item(node, level, again && node.kind === "apply", below.length > 0));
      for (const input of below) tell(input, level + 1);
    };
    for (const [id] of state.outputs) {
      const node = state.nodes.get(id);
      if (node) tell(node, 1);
    }
    const untold = state.nodes.size - seen.size;
    const cut = this.items.length >= MOST_ITEMS && untold > 0 ? [strings.more(untold)] : [];
    const notes = cut.map((text) => h("li", { role: "none", class: "tg-quiet" }, text));
    this.tree.replaceChildren(...this.items, ...notes);
    if (this.items[0]) this.items[0].tabIndex = 0;
    this.fold();
  }

  private fold(): void {
    let hiddenBelow = Infinity;
    for (const one of this.items) {
      const level = levelOf(one);
      if (level <= hiddenBelow) hiddenBelow = Infinity;
      one.hidden = level > hiddenBelow;
      if (!one.hidden && one.getAttribute("aria-expanded") === "false") hiddenBelow = level;
    }
  }

  private toggle(one: HTMLElement, open: boolean): void {
    if (one.hasAttribute("aria-expanded")) one.setAttribute("aria-expanded", String(open));
    this.fold();
  }

  private itemOf(event: Event): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>('[role="treeitem"]');
  }

  private onClick(event: MouseEvent): void {
    const one = this.itemOf(event);
    if (!one) return;
    this.focus(one);
    this.select(one.dataset["node"]!);
    this.toggle(one, one.getAttribute("aria-expanded") !== "true");
  }

  private onKey(event: KeyboardEvent): void {
    const one = this.itemOf(event);
    if (!one) return;
    const seen = this.items.filter((item) => !item.hidden);
    const here = seen.indexOf(one);
    const open = one.getAttribute("aria-expanded");
    if (event.key === "ArrowDown") this.focus(seen[here + 1]);
    else if (event.key === "ArrowUp") this.focus(seen[here - 1]);
    else if (event.key === "ArrowRight" && open === "false") this.toggle(one, true);
    else if (event.key === "ArrowRight" && open === "true") this.focus(seen[here + 1]);
    else if (event.key === "ArrowLeft" && open === "true") this.toggle(one, false);
    else if (event.key === "ArrowLeft") {
      this.focus(seen.slice(0, here).findLast((item) => levelOf(item) < levelOf(one)));
    } else if (event.key === "Home") this.focus(seen[0]);
    else if (event.key === "End") this.focus(seen.at(-1));
    else if (event.key === "Enter") this.select(one.dataset["node"]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focus(one: HTMLElement | undefined): void {
    if (!one) return;
    for (const item of this.items) item.tabIndex = item === one ? 0 : -1;
    one.focus();
  }
}

function levelOf(one: HTMLElement): number {
  return Number(one.getAttribute("aria-level"));
}

/** One node; where it was told already, what is below it is not told again. */
function item(node: GraphNode, level: number, again: boolean, parent: boolean): HTMLElement {
  const made = h(
    "li",
    { role: "treeitem", "aria-level": level, "aria-selected": "false", tabindex: -1 },
    h("b", {}, node.label),
    ` ${typeOf(node)}`,
    ...(again ? [h("i", {}, ` ${strings.seenAbove}`)] : []),
  );
  if (parent) made.setAttribute("aria-expanded", String(level < OPEN_DEPTH));
  made.dataset["node"] = node.id;
  made.style.setProperty("--tg-level", String(level));
  return made;
}
