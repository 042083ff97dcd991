// Error reports, at the detail that the reader chooses.

import type { Failure } from "../../protocol";
import { button, h } from "../dom";
import { strings } from "../strings";

export const VERBOSITIES = ["low", "medium", "high", "tutor"] as const;
export type Verbosity = (typeof VERBOSITIES)[number];

export class Failures {
  readonly element: HTMLElement;
  private readonly choice: HTMLSelectElement;
  private readonly body = h("div");
  private failures: readonly Failure[] = [];

  constructor(
    private readonly choose: (verbosity: Verbosity) => void,
    private readonly select: (id: string) => void,
  ) {
    const options = VERBOSITIES.map((name) => h("option", { value: name }, strings.levels[name]));
    this.choice = h("select", { "aria-label": strings.verbosity }, ...options);
    this.choice.addEventListener("change", () => this.choose(this.choice.value as Verbosity));
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

  show(failures: readonly Failure[], verbosity: Verbosity): void {
    this.failures = failures;
    this.element.hidden = failures.length === 0;
    const tutor = failures.some(({ levels }) => levels.tutor !== undefined);
    this.choice.options[VERBOSITIES.indexOf("tutor")]!.hidden = !tutor;
    this.choice.value = verbosity;
    this.body.replaceChildren(...this.failures.flatMap((one) => this.report(one, verbosity)));
  }

  private report(failure: Failure, verbosity: Verbosity): Element[] {
    const level = failure.levels[verbosity] ?? failure.levels.medium;
    const nodes = failure.nodes ?? [];
    const find =
      nodes[0] === undefined
        ? []
        : [
            button(strings.showNodes(nodes.length), strings.showNodes(nodes.length), () =>
              this.select(nodes[0]!),
            ),
          ];
    const hints = (failure.hints ?? []).map(({ text, code }) =>
      h("li", {}, text, ...(code ? [" ", h("code", {}, code)] : [])),
    );
    return [
      h("h3", { class: "tg-rule" }, failure.title, " ", h("code", {}, failure.code)),
      h("pre", { class: "tg-report", tabindex: 0 }, level),
      ...(hints.length ? [h("ul", { class: "tg-hints" }, ...hints)] : []),
      ...find,
    ];
  }
}
