// Search: words must all be found in a node; `op:`, `dtype:`, `type:`, `rule:`, `line:` and `value:` say where.

import type { Document } from "../protocol";
import type { GraphNode, History, State } from "./model";
import { typeOf } from "./render/scene";

const FIELDS = ["name", "op", "dtype", "type", "rule", "line", "kind", "value"] as const;
type Field = (typeof FIELDS)[number];

interface Term {
  readonly field: Field | null;
  readonly text: string;
}

const MOST = 5_000;

/** The parts of a query; a word with an unknown field is a word. */
export function terms(query: string): Term[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 8)
    .map((word) => {
      const [field, ...rest] = word.split(":");
      const known = FIELDS.find((name) => name === field);
      return known && rest.length
        ? { field: known, text: rest.join(":") }
        : { field: null, text: word };
    });
}

/**
 * The ids of the nodes of a state in which every term is found, in the order of the state. Plain words
 * are looked for in names, ops and types, and only if they are nowhere there in names of rules.
 */
export function find(document: Document, history: History, state: State, query: string): string[] {
  const wanted = terms(query).filter(({ text }) => text);
  if (!wanted.length) return [];
  const rules = rulesOf(history);
  const among = (plain: readonly Field[]): string[] => {
    const found: string[] = [];
    for (const node of state.nodes.values()) {
      if (found.length >= MOST) break;
      const texts = textsOf(document, node, rules);
      const holds = ({ field, text }: Term): boolean =>
        (field === null ? plain : [field]).some((name) => texts[name]().includes(text));
      if (wanted.every(holds)) found.push(node.id);
    }
    return found;
  };
  const found = among(["name", "op", "type"]);
  return found.length ? found : among(["name", "op", "type", "rule"]);
}

function textsOf(
  document: Document,
  node: GraphNode,
  rules: ReadonlyMap<string, string>,
): Readonly<Record<Field, () => string>> {
  const low = (text: string): string => text.toLowerCase();
  const lines = (): string =>
    (node.sources ?? [])
      .map((i) => document.sources?.[i])
      .map((from) => (from ? `${from.line} ${from.text} ${from.function ?? ""}` : ""))
      .join(" ");
  return {
    name: () => low(node.label),
    op: () => low(node.op ?? ""),
    dtype: () => low(node.types.map((type) => type.split("[")[0]).join(" ")),
    type: () => low(typeOf(node)),
    rule: () => rules.get(node.id) ?? "",
    line: () => low(lines()),
    kind: () => node.kind,
    value: () => low(node.value ?? ""),
  };
}

/** The rules that made or took each node. */
function rulesOf(history: History): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { rule, add, remove } of history.rewrites) {
    const names = `${rule} ${rule.replaceAll("_", " ")}`.toLowerCase();
    for (const id of [...add.map((node) => node.id), ...remove]) {
      found.set(id, `${found.get(id) ?? ""} ${names}`);
    }
  }
  return found;
}
