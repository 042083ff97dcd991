// Conditions of breakpoints: `nan > 0`, `shape[0] != 32`, `turn = 17 and inf > 0`, `op = exp`. They are
// read by the small grammar below and never run as code; `teachgraph/view/conditions.py` reads the same.
// `turn` is that of the innermost loop, counted from 0; `turn[0]` that of the outermost.
//
//     condition = all ("or" all)*         all  = test ("and" test)*
//     test      = field sign constant     sign = = | == | != | < | <= | > | >=

import type { Value } from "../protocol";

/** What a condition may speak of. */
export interface Subject {
  readonly label: string;
  readonly op: string;
  readonly values: readonly Value[];
  /** The turns of the loops around it, the outermost first. */
  readonly turns: readonly number[];
}

export type Condition = (subject: Subject) => boolean;

const TEST = /^([a-z]+)(?:\[(-?\d+)\])?\s*(==|!=|<=|>=|=|<|>)\s*(\S+)$/i;
const NUMBERS = ["nan", "inf", "min", "max", "mean", "size", "shape", "ndim", "value", "turn"];
const WORDS = ["op", "name", "dtype"];

/** The condition that a text states; null where it states none. */
export function condition(text: string): Condition | null {
  const any = text.trim().split(/\s+or\s+/i);
  const tests = any.map((part) => part.split(/\s+and\s+/i).map(test));
  if (!text.trim() || tests.some((all) => all.some((one) => one === null))) return null;
  return (subject) => tests.some((all) => all.every((one) => one!(subject)));
}

function test(text: string): Condition | null {
  const match = TEST.exec(text.trim());
  if (!match) return null;
  const [, name, index, sign, constant] = match as unknown as [
    string,
    string,
    string | undefined,
    string,
    string,
  ];
  const field = name.toLowerCase();
  if (WORDS.includes(field)) {
    const same = sign === "=" || sign === "==";
    if (!same && sign !== "!=") return null;
    return (subject) => (word(field, subject) === constant.toLowerCase()) === same;
  }
  const goal = Number(constant);
  if (!NUMBERS.includes(field) || (Number.isNaN(goal) && constant.toLowerCase() !== "nan"))
    return null;
  if (field === "turn") {
    return ({ turns }) =>
      turns
        .slice(Number(index ?? -1))
        .slice(0, 1)
        .some((one) => compare(one, sign, goal));
  }
  return ({ values }) =>
    values.some((value) => numbersOf(field, index, value).some((one) => compare(one, sign, goal)));
}

function word(field: string, { label, op, values }: Subject): string {
  const found = field === "op" ? op : field === "name" ? label : (values[0]?.dtype ?? "");
  return found.toLowerCase();
}

function numbersOf(field: string, index: string | undefined, value: Value): number[] {
  const number = (scalar: Value["min"]): number[] =>
    scalar === undefined
      ? []
      : [typeof scalar === "number" ? scalar : Number(scalar.replace("inf", "Infinity"))];
  switch (field) {
    case "nan":
    case "inf":
      return [value[field] ?? 0];
    case "min":
    case "max":
    case "mean":
      return number(value[field]);
    case "size":
      return [value.shape.reduce((a, b) => a * b, 1)];
    case "ndim":
      return [value.shape.length];
    case "shape":
      return index === undefined ? [...value.shape] : value.shape.slice(Number(index)).slice(0, 1);
    default:
      return (value.data ?? []).flatMap(number);
  }
}

function compare(a: number, sign: string, b: number): boolean {
  switch (sign) {
    case "=":
    case "==":
      return Object.is(a, b) || a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}
