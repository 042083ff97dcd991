// Questions about what is on screen: which rule comes next, which shape a node has, which value or
// gradient it gets. The reader predicts, then sees.

import { button, freshId, h } from "../dom";
import {
  type Question,
  type QuestionKind,
  questionOf,
  QUESTION_KINDS,
  type Subject,
} from "../questions";
import type { Remembered } from "../remembered";
import { strings } from "../strings";

export interface QuizWishes {
  /** What the questions are about, as it is now. */
  subject(): Subject;
  /** Shows what the answer is about: the next step, the node, the next value. */
  reveal(question: Question): void;
  say(words: string): void;
  /** A question is open or not: what would tell the answer is hidden meanwhile. */
  asking(question: Question | null): void;
}

export class Quiz {
  readonly element: HTMLElement;
  private readonly body = h("div");
  private readonly kinds = h("div", {
    class: "tg-row",
    role: "group",
    "aria-label": strings.quizKinds,
  });
  private question: Question | null = null;
  private turn = 0;

  constructor(
    private readonly wishes: QuizWishes,
    private readonly remembered: Remembered,
  ) {
    const buttons = QUESTION_KINDS.map((kind) =>
      button(strings.quizAsk[kind], strings.quizAsk[kind], () => this.ask(kind)),
    );
    this.kinds.append(...buttons);
    this.element = h(
      "div",
      { class: "tg-card tg-quiz", role: "group", "aria-label": strings.quiz, hidden: "" },
      h("p", { class: "tg-eyebrow" }, strings.quiz),
      this.kinds,
      this.body,
    );
  }

  /** Shows the panel, or closes it and the question with it. */
  show(on: boolean): void {
    if (this.element.hidden === !on) return;
    this.element.hidden = !on;
    this.close();
    if (on) this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.quizStart));
  }

  private close(): void {
    if (!this.question) return;
    this.question = null;
    this.wishes.asking(null);
  }

  private ask(kind: QuestionKind): void {
    this.turn += 1;
    const question = questionOf(kind, this.wishes.subject(), this.turn);
    if (!question) {
      this.close();
      this.body.replaceChildren(h("p", { class: "tg-quiet" }, strings.noQuestion[kind]));
      return;
    }
    this.question = question;
    this.wishes.asking(question);
    const name = freshId("quiz");
    const choices = question.choices.map((text, i) => {
      const radio = h("input", { type: "radio", name, value: i });
      return h("label", { class: "tg-choice" }, radio, " ", h("code", {}, text));
    });
    const check = button(strings.check, strings.check, () => {
      const chosen = this.body.querySelector<HTMLInputElement>("input:checked");
      if (chosen) this.answer(question, Number(chosen.value));
      else this.wishes.say(strings.chooseFirst);
    });
    const reveal = button(strings.reveal, strings.reveal, () => this.answer(question, null));
    this.body.replaceChildren(
      h(
        "fieldset",
        {},
        h("legend", { class: "tg-lead" }, question.text),
        ...choices,
        h("div", { class: "tg-row" }, check, reveal),
      ),
    );
    this.wishes.say(question.text);
    this.body.querySelector("input")?.focus();
  }

  private answer(question: Question, chosen: number | null): void {
    const { score } = this.remembered;
    const right = chosen === question.right;
    if (chosen !== null) score.asked += 1;
    if (right) score.right += 1;
    const truth = question.choices[question.right]!;
    const words =
      chosen === null
        ? strings.itIs(truth)
        : right
          ? strings.quizRight(truth)
          : strings.quizWrong(truth);
    this.question = null;
    this.wishes.asking(null);
    this.wishes.reveal(question);
    const again = button(strings.another, strings.another, () => this.ask(question.kind));
    this.body.replaceChildren(
      h("p", { class: `tg-lead tg-answer-${right ? "right" : "other"}` }, words),
      ...(question.why ? [h("p", {}, question.why)] : []),
      h("p", { class: "tg-quiet" }, strings.score(score.right, score.asked)),
      again,
    );
    this.wishes.say(words);
    again.focus();
  }
}
