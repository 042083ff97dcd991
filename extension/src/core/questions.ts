// Questions with one right answer among a few, made of what a document says.

import type { Document, Eval, Value } from "../protocol";
import type { History, State } from "./model";
import { typeOf } from "./render/scene";
import { strings } from "./strings";
import type { Trace } from "./trace";
import { digits } from "./values";

export const QUESTION_KINDS = ["rule", "shape", "value", "gradient"] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export interface Question {
  readonly kind: QuestionKind;
  readonly text: string;
  readonly choices: readonly string[];
  readonly right: number;
  /** The node it is about, if it is about one. */
  readonly node: string | null;
  readonly why: string;
}

export interface Subject {
  readonly document: Document;
  readonly history: History;
  readonly step: number;
  readonly state: State;
  readonly trace: Trace;
  readonly position: number;
  readonly selected: string | null;
  labelOf(id: string): string;
}

const CHOICES = 4;

export function questionOf(kind: QuestionKind, about: Subject, turn: number): Question | null {
  const random = dice(turn * 7919 + about.step * 31 + about.position);
  if (kind === "rule") return ruleQuestion(about, random);
  if (kind === "shape") return shapeQuestion(about, random);
  return valueQuestion(kind, about, random);
}

/** Which rule is used next? The others are rules that this document knows. */
function ruleQuestion({ document, history, step }: Subject, random: Dice): Question | null {
  const next = history.rewrites[step];
  if (!next) return null;
  const name = (rule: string): string => {
    const equation = document.rules?.[rule]?.equation;
    return rule.replaceAll("_", " ") + (equation ? `:  ${equation}` : "");
  };
  const others = Object.keys(document.rules ?? {}).filter((rule) => rule !== next.rule);
  return made("rule", strings.quizRule, name(next.rule), others.map(name), random, {
    node: next.at ?? null,
    why: next.why ?? document.rules?.[next.rule]?.why ?? "",
  });
}

function shapeQuestion({ document, state, selected }: Subject, random: Dice): Question | null {
  const nodes = [...state.nodes.values()].filter(({ kind }) => kind === "apply");
  const node =
    nodes.find(({ id }) => id === selected) ?? nodes[Math.floor(random() * nodes.length)];
  if (!node) return null;
  const truth = typeOf(node);
  const others = [
    ...new Set([...state.nodes.values()].map(typeOf)),
    truth.replace(/\[.*\]/, "[]"),
    truth.replace(/\[(.*)\]/, "[$1, 1]").replace("[, ", "["),
    truth.replace(/\[([^,\]]*), ([^\]]*)\]/, "[$2, $1]"),
  ].filter((type) => type !== truth);
  return made("shape", strings.quizShape(node.label), truth, others, random, {
    node: node.id,
    why: (node.op === undefined ? undefined : document.ops?.[node.op]?.doc) ?? "",
  });
}

/** The value, or the gradient, of the next node of the run that is one number or a few. */
function valueQuestion(
  kind: "value" | "gradient",
  { trace, position, labelOf, document }: Subject,
  random: Dice,
): Question | null {
  const part = (event: Eval): Value | undefined =>
    kind === "value" ? event.outputs[0] : event.grad?.[0];
  const events = trace.events
    .slice(position)
    .filter((event) => /^a/.test(event.node) && part(event));
  const event = events.find((one) => (part(one)?.data?.length ?? 99) <= 4) ?? events[0];
  const value = event && part(event);
  if (!event || !value) return null;
  const truth = words(value);
  const others = trace.events.flatMap((one) => {
    const other = part(one);
    return other && other !== value ? [words(other)] : [];
  });
  const number = value.data?.length === 1 ? value.data[0] : undefined;
  if (typeof number === "number") {
    others.unshift(...[-number, number + 1, number * 2, 0].map((n) => digits(n)));
  }
  const text =
    kind === "value"
      ? strings.quizValue(labelOf(event.node))
      : strings.quizGradient(labelOf(event.node));
  return made(kind, text, truth, others, random, {
    node: event.node,
    why: document.ops?.[labelOf(event.node)]?.doc ?? "",
  });
}

function words({ data, text }: Value): string {
  return data && data.length <= 4
    ? data.map(digits).join(", ")
    : text.replace(/\s+/g, " ").slice(0, 80);
}

/** Mixes the truth among others that differ from it; null where there is nothing to choose from. */
function made(
  kind: QuestionKind,
  text: string,
  truth: string,
  others: readonly string[],
  random: Dice,
  more: Pick<Question, "node" | "why">,
): Question | null {
  const wrong = [...new Set(others)].filter((one) => one !== truth);
  if (!wrong.length) return null;
  const mixed = wrong.map((one) => [random(), one] as const).sort((a, b) => a[0] - b[0]);
  const choices = mixed.slice(0, CHOICES - 1).map(([, one]) => one);
  const right = Math.floor(random() * (choices.length + 1));
  choices.splice(right, 0, truth);
  return { kind, text, choices, right, ...more };
}

type Dice = () => number;

/** The same numbers for the same seed (a linear congruential generator). */
function dice(seed: number): Dice {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
