// What happens on screen, in words for the live region.

import type { Document, Eval } from "../protocol";
import type { History, State } from "./model";
import { inputsOf, usersOf } from "./panels/inspector";
import { typeOf } from "./render/scene";
import { strings } from "./strings";

const MOST_NAMES = 6;

export const narrate = {
  step(document: Document, history: History, step: number): string {
    const rewrite = history.rewrites[step - 1];
    if (!rewrite) return strings.untouched;
    const info = document.rules?.[rewrite.rule];
    return [
      `${strings.rewriteTitle(step, history.length)}: ${rewrite.rule.replaceAll("_", " ")}.`,
      info?.equation ?? "",
      rewrite.why ?? info?.why ?? "",
      `${strings.change(rewrite.remove.length, rewrite.add.length)}.`,
    ]
      .filter(Boolean)
      .join(" ");
  },

  node(state: State, id: string): string {
    const node = state.nodes.get(id);
    if (!node) return "";
    const labels = (nodes: readonly { label: string }[]): string[] =>
      nodes.slice(0, MOST_NAMES).map(({ label }) => label);
    return [
      strings.node(node.label, strings.kinds[node.kind], typeOf(node)),
      strings.reads(labels(inputsOf(node, state))),
      strings.readBy(labels(usersOf(node, state))),
      state.outputs.some(([out]) => out === id) ? strings.output : "",
    ]
      .filter(Boolean)
      .join("; ");
  },

  evaluation(event: Eval, labelOf: (id: string) => string): string {
    const values = event.outputs.map(({ text, dtype }) => `${text.slice(0, 200)} ${dtype}`);
    return `${labelOf(event.node)}: ${values.join("; ")}`;
  },
};
