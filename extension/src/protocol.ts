// The format of a document, written by extension/generate_protocol.py from
// teachgraph/view/protocol.py. Change that file, not this one.

export const MIME = "application/vnd.teachgraph.v1+json";
export const VERSION = 1;
export const MINOR = 2;
export const MAX_NODES = 2000;
export const MAX_EVENTS = 500;
export const MAX_BYTES = 256000;

/**
 * What a free variable of a rule stood for: its text, and its node if it is one.
 */
export interface Binding {
  readonly name: string;
  readonly text: string;
  readonly node?: string;
}

/**
 * A rule that matched at node `at` and said no, with the reason as a sentence.
 */
export interface Declined {
  readonly t: "declined";
  readonly rule: string;
  readonly at: string;
  readonly reason: string;
  readonly graph?: string;
}

/**
 * All that a viewer needs, with no kernel behind it.
 */
export interface Document {
  readonly schema: "teachgraph/1";
  readonly minor: number;
  readonly title: string;
  readonly graphs: Readonly<Record<string, Snapshot>>;
  readonly timeline: readonly (PassBegin | Rewrite | Declined | PassEnd | Eval | Failure)[];
  readonly sources?: readonly Source[];
  readonly ops?: Readonly<Record<string, OpInfo>>;
  readonly rules?: Readonly<Record<string, RuleInfo>>;
  readonly groups?: Readonly<Record<string, Group>>;
  readonly listings?: readonly Listing[];
  readonly memory?: readonly Memory[];
  readonly at?: Place;
  readonly truncated?: Truncated;
  readonly producer?: string;
}

/**
 * A node got its values, one for each output; inputs and constants do so too.
 *
 * `graph` is the graph that ran (g0 after all its rewrites, unless named); `path`
 * leads into inner graphs: `[["a7", 2]]` is turn 2 of the loop at node a7. `call`
 * numbers calls of the function; `hit` names breakpoints that stopped here. `grad` are
 * the derivatives of the first output with respect to the node's outputs, `loops` the
 * first statements inside the node, of which there may be more (`more`). `turns` of a
 * loop are (first turn told, how many there are in all).
 */
export interface Eval {
  readonly t: "eval";
  readonly node: string;
  readonly outputs: readonly Value[];
  readonly graph?: string;
  readonly path?: readonly (readonly [string, number])[];
  readonly call?: number;
  readonly us?: number;
  readonly hit?: readonly string[];
  readonly grad?: readonly Value[];
  readonly loops?: readonly Statement[];
  readonly more?: 1;
  readonly turns?: readonly [number, number];
}

/**
 * A report: what went wrong, at which nodes of `graph`, and what to do.
 */
export interface Failure {
  readonly t: "error";
  readonly code: string;
  readonly title: string;
  readonly levels: Levels;
  readonly phase?: "build" | "grad" | "optimize" | "compile" | "call" | "run";
  readonly nodes?: readonly string[];
  readonly graph?: string;
  readonly sources?: readonly number[];
  readonly hints?: readonly Hint[];
}

/**
 * Nodes drawn inside one frame: a fused kernel, a scan body, or a layer.
 *
 * `parent` is the key of the frame around it.
 */
export interface Group {
  readonly label: string;
  readonly kind: "fused" | "scan" | "layer";
  readonly parent?: string;
}

/**
 * An array as a picture, a sign for each cell, row after row.
 *
 * From `min` to `max` the signs are the 64 of base64 in their order; `!` is nan, `>`
 * inf and `<` -inf. A cell is the mean of the elements it covers, and not finite if
 * one of them is not. `image` if it looks like a picture: gray, dark is small.
 */
export interface Heat {
  readonly rows: number;
  readonly columns: number;
  readonly cells: string;
  readonly image?: 1;
}

/**
 * One thing to do: in words, the nodes it is about, and code that repairs.
 */
export interface Hint {
  readonly text: string;
  readonly nodes?: readonly string[];
  readonly code?: string;
}

/**
 * An error report at each verbosity, as text with its own line breaks.
 */
export interface Levels {
  readonly low: string;
  readonly medium: string;
  readonly high: string;
  readonly tutor?: string;
}

/**
 * A source that was made from the graph, with the nodes that each line stands for.
 *
 * The nodes are those of the last state.
 */
export interface Listing {
  readonly language: "c" | "cuda" | "python";
  readonly title: string;
  readonly lines: readonly ListingLine[];
}

/**
 * One line of a listing; `a9/a4` is node a4 of the graph inside a9.
 */
export interface ListingLine {
  readonly text: string;
  readonly nodes?: readonly string[];
}

/**
 * A value in memory: from event `start` to event `end` of the run, inclusive.
 *
 * Values of one `slot` share memory when a call runs.
 */
export interface Memory {
  readonly node: string;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
  readonly slot?: number;
}

/**
 * One node of a graph.
 *
 * `label` is what is drawn (`x`, `1.0`, `sigmoid`); `op` is a key of the table of ops
 * and present on an apply; `types` has one text for each output, such as `float64[?,
 * 3]`; `sources` are positions in the table of sources, several where a merge or a
 * fusion joined nodes; `inner` is the graph inside a scan or a fused kernel, and
 * `feeds` says for each input of that graph which input of the node it gets (-1: none,
 * it is made inside); `back` pairs an output of a loop's graph with the input that it
 * is in the next turn; `latex` is the whole expression below this node.
 */
export interface Node {
  readonly id: string;
  readonly kind: "input" | "shared" | "constant" | "apply";
  readonly label: string;
  readonly types: readonly string[];
  readonly op?: string;
  readonly inputs?: readonly (readonly [string, number])[];
  readonly sources?: readonly number[];
  readonly group?: string;
  readonly inner?: string;
  readonly feeds?: readonly number[];
  readonly back?: readonly (readonly [number, number])[];
  readonly value?: string;
  readonly latex?: string;
}

/**
 * What a tooltip says about an op; its formula is in LaTeX.
 */
export interface OpInfo {
  readonly doc: string;
  readonly domain?: string;
  readonly latex?: string;
}

/**
 * A pass or a phase of the rewriter starts; its `PassEnd` repeats the name.
 */
export interface PassBegin {
  readonly t: "pass-begin";
  readonly name: string;
  readonly why?: string;
}

/**
 * A pass is over, after `us` microseconds.
 */
export interface PassEnd {
  readonly t: "pass-end";
  readonly name: string;
  readonly us?: number;
}

/**
 * Where a viewer opens: after `eval` values, or at `step`, with `node` selected.
 */
export interface Place {
  readonly step?: number;
  readonly eval?: number;
  readonly node?: string;
}

/**
 * One replacement, as the difference between two states of `graph`.
 *
 * `rule` is a key of the table of rules; `why` overrides the reason given there;
 * `before` and `after` are the two expressions in the user's names. The difference is
 * applied in this order: `add` nodes, `rewire` (user, position, new ref), set
 * `outputs` (position, new ref) and `updates` (position, new ref), then `remove`.
 * `map` leads from each node that was replaced to the nodes that now stand for it.
 * A node that was only rebuilt, because a node below it changed, keeps its id and is
 * rewired.
 */
export interface Rewrite {
  readonly t: "rewrite";
  readonly rule: string;
  readonly map: Readonly<Record<string, readonly string[]>>;
  readonly add: readonly Node[];
  readonly remove: readonly string[];
  readonly rewire: readonly (readonly [string, number, readonly [string, number]])[];
  readonly outputs: readonly (readonly [number, readonly [string, number]])[];
  readonly updates?: readonly (readonly [number, readonly [string, number]])[];
  readonly graph?: string;
  readonly at?: string;
  readonly why?: string;
  readonly before?: string;
  readonly after?: string;
  readonly bindings?: readonly Binding[];
  readonly us?: number;
  readonly saves?: Saves;
}

/**
 * A rewrite rule as an equation, in text and in LaTeX, and why it is worth it.
 *
 * A pass over the whole graph (merge, fusion) has a reason but no equation.
 */
export interface RuleInfo {
  readonly why: string;
  readonly equation?: string;
  readonly latex?: string;
  readonly phase?: string;
  readonly rounding?: string;
  readonly domain?: string;
}

/**
 * What a rewrite takes away, so far as it is known; below zero it adds.
 *
 * `nodes` counts nodes of the graph, `passes` operations that read and write memory,
 * `bytes` the memory of the values between, where their shapes are known.
 */
export interface Saves {
  readonly nodes: number;
  readonly passes?: number;
  readonly bytes?: number;
}

/**
 * A graph, whole. `updates` pairs a shared variable with its next value.
 */
export interface Snapshot {
  readonly nodes: readonly Node[];
  readonly outputs: readonly (readonly [string, number])[];
  readonly updates?: readonly (readonly [string, readonly [string, number]])[];
  readonly label?: string;
}

/**
 * A piece of the user's program, with the place where it stands.
 *
 * It reaches from `column` on `line` to `end_column` on `end_line`; lines count from 1
 * and columns from 0, as in Python. `text` is the line or lines, whole; `cell` is the
 * number of the notebook cell, where there is one.
 */
export interface Source {
  readonly text: string;
  readonly line: number;
  readonly column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
  readonly file?: string;
  readonly cell?: string;
  readonly function?: string;
}

/**
 * One thing that happened inside the loops of a node, and the line that did it.
 */
export interface Statement {
  readonly line: string;
  readonly did: string;
  readonly depth: number;
}

/**
 * How many nodes and events were left out to keep a document small, and why.
 */
export interface Truncated {
  readonly nodes: number;
  readonly events: number;
  readonly reason: string;
}

/**
 * A summary of one array.
 *
 * `min`, `max` and `mean` leave nan and inf out; `nan` and `inf` count them; `hist`
 * counts the finite elements in equal bins from `min` to `max`; `data` holds every
 * element, in row-major order, when there are few.
 */
export interface Value {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly text: string;
  readonly min?: number | "nan" | "inf" | "-inf";
  readonly max?: number | "nan" | "inf" | "-inf";
  readonly mean?: number | "nan" | "inf" | "-inf";
  readonly nan?: number;
  readonly inf?: number;
  readonly hist?: readonly number[];
  readonly data?: readonly (number | "nan" | "inf" | "-inf")[];
  readonly alias?: string;
  readonly heat?: Heat;
}

export type Event = PassBegin | Rewrite | Declined | PassEnd | Eval | Failure;

/** What a place in a document may hold, for a reader that meets unknown data. */
export type Shape =
  | "string"
  | "number"
  | "integer"
  | { readonly one: readonly unknown[] }
  | { readonly list: Shape }
  | { readonly tuple: readonly Shape[] }
  | { readonly map: Shape }
  | { readonly name: string }
  | { readonly union: readonly Shape[] }
  | {
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    };

export const SHAPES: Readonly<Record<string, Shape>> = {
  Binding: {"fields": {"name": "string", "text": "string", "node": "string"}, "required": ["name", "text"]},
  Declined: {"fields": {"t": {"one": ["declined"]}, "rule": "string", "at": "string", "reason": "string", "graph": "string"}, "required": ["t", "rule", "at", "reason"]},
  Document: {"fields": {"schema": {"one": ["teachgraph/1"]}, "minor": "integer", "title": "string", "graphs": {"map": {"name": "Snapshot"}}, "timeline": {"list": {"union": [{"name": "PassBegin"}, {"name": "Rewrite"}, {"name": "Declined"}, {"name": "PassEnd"}, {"name": "Eval"}, {"name": "Failure"}]}}, "sources": {"list": {"name": "Source"}}, "ops": {"map": {"name": "OpInfo"}}, "rules": {"map": {"name": "RuleInfo"}}, "groups": {"map": {"name": "Group"}}, "listings": {"list": {"name": "Listing"}}, "memory": {"list": {"name": "Memory"}}, "at": {"name": "Place"}, "truncated": {"name": "Truncated"}, "producer": "string"}, "required": ["schema", "minor", "title", "graphs", "timeline"]},
  Eval: {"fields": {"t": {"one": ["eval"]}, "node": "string", "outputs": {"list": {"name": "Value"}}, "graph": "string", "path": {"list": {"tuple": ["string", "integer"]}}, "call": "integer", "us": "number", "hit": {"list": "string"}, "grad": {"list": {"name": "Value"}}, "loops": {"list": {"name": "Statement"}}, "more": {"one": [1]}, "turns": {"tuple": ["integer", "integer"]}}, "required": ["t", "node", "outputs"]},
  Failure: {"fields": {"t": {"one": ["error"]}, "code": "string", "title": "string", "levels": {"name": "Levels"}, "phase": {"one": ["build", "grad", "optimize", "compile", "call", "run"]}, "nodes": {"list": "string"}, "graph": "string", "sources": {"list": "integer"}, "hints": {"list": {"name": "Hint"}}}, "required": ["t", "code", "title", "levels"]},
  Group: {"fields": {"label": "string", "kind": {"one": ["fused", "scan", "layer"]}, "parent": "string"}, "required": ["label", "kind"]},
  Heat: {"fields": {"rows": "integer", "columns": "integer", "cells": "string", "image": {"one": [1]}}, "required": ["rows", "columns", "cells"]},
  Hint: {"fields": {"text": "string", "nodes": {"list": "string"}, "code": "string"}, "required": ["text"]},
  Levels: {"fields": {"low": "string", "medium": "string", "high": "string", "tutor": "string"}, "required": ["low", "medium", "high"]},
  Listing: {"fields": {"language": {"one": ["c", "cuda", "python"]}, "title": "string", "lines": {"list": {"name": "ListingLine"}}}, "required": ["language", "title", "lines"]},
  ListingLine: {"fields": {"text": "string", "nodes": {"list": "string"}}, "required": ["text"]},
  Memory: {"fields": {"node": "string", "bytes": "number", "start": "integer", "end": "integer", "slot": "integer"}, "required": ["node", "bytes", "start", "end"]},
  Node: {"fields": {"id": "string", "kind": {"one": ["input", "shared", "constant", "apply"]}, "label": "string", "types": {"list": "string"}, "op": "string", "inputs": {"list": {"tuple": ["string", "integer"]}}, "sources": {"list": "integer"}, "group": "string", "inner": "string", "feeds": {"list": "number"}, "back": {"list": {"tuple": ["integer", "integer"]}}, "value": "string", "latex": "string"}, "required": ["id", "kind", "label", "types"]},
  OpInfo: {"fields": {"doc": "string", "domain": "string", "latex": "string"}, "required": ["doc"]},
  PassBegin: {"fields": {"t": {"one": ["pass-begin"]}, "name": "string", "why": "string"}, "required": ["t", "name"]},
  PassEnd: {"fields": {"t": {"one": ["pass-end"]}, "name": "string", "us": "number"}, "required": ["t", "name"]},
  Place: {"fields": {"step": "integer", "eval": "integer", "node": "string"}, "required": []},
  Rewrite: {"fields": {"t": {"one": ["rewrite"]}, "rule": "string", "map": {"map": {"list": "string"}}, "add": {"list": {"name": "Node"}}, "remove": {"list": "string"}, "rewire": {"list": {"tuple": ["string", "integer", {"tuple": ["string", "integer"]}]}}, "outputs": {"list": {"tuple": ["integer", {"tuple": ["string", "integer"]}]}}, "updates": {"list": {"tuple": ["integer", {"tuple": ["string", "integer"]}]}}, "graph": "string", "at": "string", "why": "string", "before": "string", "after": "string", "bindings": {"list": {"name": "Binding"}}, "us": "number", "saves": {"name": "Saves"}}, "required": ["t", "rule", "map", "add", "remove", "rewire", "outputs"]},
  RuleInfo: {"fields": {"why": "string", "equation": "string", "latex": "string", "phase": "string", "rounding": "string", "domain": "string"}, "required": ["why"]},
  Saves: {"fields": {"nodes": "number", "passes": "number", "bytes": "number"}, "required": ["nodes"]},
  Snapshot: {"fields": {"nodes": {"list": {"name": "Node"}}, "outputs": {"list": {"tuple": ["string", "integer"]}}, "updates": {"list": {"tuple": ["string", {"tuple": ["string", "integer"]}]}}, "label": "string"}, "required": ["nodes", "outputs"]},
  Source: {"fields": {"text": "string", "line": "integer", "column": "integer", "end_line": "integer", "end_column": "integer", "file": "string", "cell": "string", "function": "string"}, "required": ["text", "line"]},
  Statement: {"fields": {"line": "string", "did": "string", "depth": "integer"}, "required": ["line", "did", "depth"]},
  Truncated: {"fields": {"nodes": "integer", "events": "integer", "reason": "string"}, "required": ["nodes", "events", "reason"]},
  Value: {"fields": {"dtype": "string", "shape": {"list": "integer"}, "text": "string", "min": {"union": ["number", {"one": ["nan", "inf", "-inf"]}]}, "max": {"union": ["number", {"one": ["nan", "inf", "-inf"]}]}, "mean": {"union": ["number", {"one": ["nan", "inf", "-inf"]}]}, "nan": "integer", "inf": "integer", "hist": {"list": "integer"}, "data": {"list": {"union": ["number", {"one": ["nan", "inf", "-inf"]}]}}, "alias": "string", "heat": {"name": "Heat"}}, "required": ["dtype", "shape", "text"]},
};
