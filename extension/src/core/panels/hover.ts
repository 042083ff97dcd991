// The card beside the node under the pointer: its type, its value in short, the line that made it, and
// what its op does.

import type { Document, Value } from "../../protocol";
import { h } from "../dom";
import type { GraphNode } from "../model";
import { briefValue, headOf, opOf, sourcesOf, sourceView } from "./about";

const AWAY = 12;

export class Hover {
  readonly element = h("div", { class: "tg-hover", role: "tooltip", hidden: "" });

  show(
    document: Document,
    node: GraphNode | undefined,
    values: readonly Value[] | undefined,
    x: number,
    y: number,
  ): void {
    if (!node) {
      this.hide();
      return;
    }
    const line = sourcesOf(document, node)[0];
    this.element.replaceChildren(
      ...headOf(node),
      ...briefValue(node, values),
      ...opOf(document, node),
      ...(line ? [sourceView(line)] : []),
    );
    // what is only for reading is no stop for the Tab key
    for (const one of this.element.querySelectorAll("[tabindex]")) one.removeAttribute("tabindex");
    this.element.hidden = false;
    this.place(x, y);
  }

  hide(): void {
    this.element.hidden = true;
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  /** Beside the point, within the viewer. */
  private place(x: number, y: number): void {
    const home = this.element.parentElement?.getBoundingClientRect();
    if (!home) return;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const right = x - home.left + AWAY;
    const left = right + width > home.width ? Math.max(0, x - home.left - width - AWAY) : right;
    const top = Math.max(0, Math.min(y - home.top + AWAY, home.height - height));
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
}
