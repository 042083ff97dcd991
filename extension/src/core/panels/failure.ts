// Error reports, at the detail that the reader chooses, with the line underlined and the repair at hand.

import type { Document, Failure, Hint } from "../../protocol";
import { button, h } from "../dom";
import { strings } from "../strings";
import { sourceView } from "./about";

export const VERBOSITIES = ["low", "medium", "high", "tutor"] as const;
export type Verbosity = (typeof VERBOSITIES)[number];

export interface FailureWishes {
  verbosity(verbosity: Verbosity): void;
  select(id: string): void;
  /** Puts code where the reader can run it; says in words what became of it. */
  repair(code: string): Promise<string>;
}

export class Failures {
  readonly element: HTMLElement;
  private readonly choice: HTMLSelectElement;
  private readonly body = h("div");
  private failures: readonly Failure[] | undefined;
  private shown: Verbosity | undefined;

  constructor(
    private document: Document,
    private readonly wishes: FailureWishes,
  ) {
    const options = VERBOSITIES.map((name) => h("option", { value: name }, strings.levels[name]));
    this.choice = h("select", { "aria-label": strings.verbosity }, ...options);
    this.choice.addEventListener("change", () => wishes.verbosity(this.choice.value as Verbosity));
    const head = h(
      "p",
      { class: "tg-eyebrow" },
      strings.error,
      h("label", { class: "tg-verbosity" }, `${strings.verbosity} `, this.choice),
    );
    this.element = h(
      "div",
      { class: "tg-card tg-failure", role: "group", "aria-label": strings.error },
      head,
      this.body,
    );
  }

  /** Takes the places in the program from another document. */
  rerun(document: Document): void {
    this.document = document;
  }

  show(failures: readonly Failure[], verbosity: Verbosity): void {
    if (failures === this.failures && verbosity === this.shown) return;
    this.failures = failures;
    this.shown = verbosity;
    this.element.hidden = failures.length === 0;
    const tutor = failures.some(({ levels }) => levels.tutor !== undefined);
    this.choice.options[VERBOSITIES.indexOf("tutor")]!.hidden = !tutor;
    this.choice.value = verbosity;
    this.body.replaceChildren(...failures.flatMap((one) => this.report(one, verbosity)));
  }

  private report(failure: Failure, verbosity: Verbosity): Element[] {
    const level = failure.levels[verbosity] ?? failure.levels.medium;
    const nodes = failure.nodes ?? [];
    const find =
      nodes[0] === undefined
        ? []
        : [
            button(strings.showNodes(nodes.length), strings.showNodes(nodes.length), () =>
              this.wishes.select(nodes[0]!),
            ),
          ];
    const sources = (failure.sources ?? []).flatMap((i) => this.document.sources?.[i] ?? []);
    const hints = (failure.hints ?? []).map((hint) => this.hint(hint));
    return [
      h("h3", { class: "tg-rule" }, failure.title, " ", h("code", {}, failure.code)),
      ...sources
        .filter(({ text }) => !level.includes(text.trim()))
        .slice(0, 3)
        .map(sourceView),
      h("pre", { class: "tg-report", tabindex: 0 }, level),
      ...(hints.length ? [h("ul", { class: "tg-hints" }, ...hints)] : []),
      ...find,
    ];
  }

  private hint({ text, code, nodes }: Hint): HTMLElement {
    const parts: (Element | string)[] = [text];
    if (code) {
      const said = h("span", { class: "tg-quiet", role: "status" });
      const press = button(strings.repair, strings.repair, () => {
        void this.wishes.repair(code).then((words) => (said.textContent = words));
      });
      parts.push(" ", h("code", {}, code), " ", press, " ", said);
    }
    const first = nodes?.[0];
    if (first !== undefined) {
      parts.push(
        " ",
        button(strings.showNodes(nodes!.length), strings.showNodes(nodes!.length), () =>
          this.wishes.select(first),
        ),
      );
    }
    return h("li", {}, ...parts);
  }
}
