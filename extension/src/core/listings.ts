// The pieces of code that a document knows, line by line, with the nodes of each line.

import type { Document, Node as GraphNode } from "../protocol";
import { FIRST_GRAPH } from "./read";
import { strings } from "./strings";

export interface CodeLine {
  /** Null where lines are left out. */
  readonly number: number | null;
  readonly text: string;
  readonly nodes: readonly string[];
  /** Which parts of the line made nodes: from, to. */
  readonly marks: readonly (readonly [number, number])[];
}

export interface Listed {
  readonly title: string;
  readonly lines: readonly CodeLine[];
}

const MOST_LINES = 2_000;

export function listings(document: Document): Listed[] {
  const made = (document.listings ?? []).map(({ title, lines }): Listed => {
    return {
      title,
      lines: lines.slice(0, MOST_LINES).map(({ text, nodes = [] }, i) => {
        return { number: i + 1, text, nodes, marks: [] };
      }),
    };
  });
  return [...written(document), ...made];
}

interface Growing {
  text: string;
  readonly nodes: Set<string>;
  readonly marks: [number, number][];
}

/** The reader's program, as far as it made nodes: one listing for each cell or file. */
function written(document: Document): Listed[] {
  const places = new Map<string, Map<number, Growing>>();
  const makers = nodesOf(document);
  (document.sources ?? []).forEach((source, position) => {
    const name = source.cell === undefined ? (source.file ?? "") : strings.cellName(source.cell);
    const lines = places.get(name) ?? new Map<number, Growing>();
    places.set(name, lines);
    const texts = source.text.split("\n");
    texts.forEach((text, i) => {
      if (lines.size >= MOST_LINES) return;
      const number = source.line + i;
      const line = lines.get(number) ?? { text, nodes: new Set<string>(), marks: [] };
      lines.set(number, line);
      for (const id of makers.get(position) ?? []) line.nodes.add(id);
      if (texts.length === 1 && source.column !== undefined && source.end_column !== undefined) {
        line.marks.push([source.column, source.end_column]);
      }
    });
  });
  return [...places].map(([title, lines]) => ({
    title: title || strings.yourCode,
    lines: inOrder(lines),
  }));
}

function inOrder(lines: ReadonlyMap<number, Growing>): CodeLine[] {
  const found: CodeLine[] = [];
  let last: number | undefined;
  for (const number of [...lines.keys()].sort((a, b) => a - b)) {
    const { text, nodes, marks } = lines.get(number)!;
    if (last !== undefined && number > last + 1) {
      found.push({ number: null, text: "⋮", nodes: [], marks: [] });
    }
    last = number;
    const longest = marks.toSorted((a, b) => a[0] - b[0] || b[1] - a[1]);
    found.push({ number, text, nodes: [...nodes], marks: outermost(longest) });
  }
  return found;
}

/** Parts within parts are left out. */
function outermost(sorted: readonly [number, number][]): [number, number][] {
  let end = -1;
  return sorted.filter(([begin, to]) => {
    const outside = begin >= end;
    if (outside) end = to;
    return outside;
  });
}

/** For each source, the nodes that it made, in any state; those inside a node after its id. */
function nodesOf(document: Document): ReadonlyMap<number, string[]> {
  const found = new Map<number, string[]>();
  const holders = holdersOf(document);
  const note = (node: GraphNode, prefixes: readonly string[]): void => {
    for (const i of node.sources ?? []) {
      const known = found.get(i) ?? [];
      found.set(i, known);
      known.push(...prefixes.map((prefix) => prefix + node.id));
    }
  };
  for (const [name, { nodes }] of Object.entries(document.graphs)) {
    const prefixes = name === FIRST_GRAPH ? [""] : (holders.get(name) ?? []);
    for (const node of nodes) note(node, prefixes);
  }
  for (const event of document.timeline) {
    if (event.t === "rewrite") for (const node of event.add) note(node, [""]);
  }
  return found;
}

/** For each inner graph, the nodes of the first graph that hold it, as `a9/`. */
function holdersOf(document: Document): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  const note = ({ id, inner }: GraphNode): void => {
    if (inner !== undefined) found.set(inner, [...(found.get(inner) ?? []), `${id}/`]);
  };
  document.graphs[FIRST_GRAPH]?.nodes.forEach(note);
  for (const event of document.timeline) if (event.t === "rewrite") event.add.forEach(note);
  return found;
}
