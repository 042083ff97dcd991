// The choice of a file format for a picture.

import { button, h } from "../dom";
import { type Format, FORMATS } from "../export/files";
import { strings } from "../strings";

export class SaveMenu {
  readonly element: HTMLElement;
  private readonly note = h("span", { class: "tg-quiet", role: "status" });
  private back: HTMLElement | null = null;

  constructor(save: (format: Format) => Promise<void>) {
    const buttons = FORMATS.map((format) =>
      button(strings.saveAs(format), strings.formats[format], () => {
        this.note.textContent = strings.saving;
        save(format).then(
          () => (this.note.textContent = strings.saved),
          (error: unknown) => {
            const why = error instanceof Error ? error.message : String(error);
            this.note.textContent = strings.notSaved(why);
          },
        );
      }),
    );
    const close = button(strings.close, strings.close, () => this.close());
    this.element = h(
      "div",
      { class: "tg-savemenu tg-row", role: "group", "aria-label": strings.save, hidden: "" },
      h("span", {}, strings.save),
      ...buttons,
      close,
      this.note,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.close();
      event.preventDefault();
      event.stopPropagation();
    });
  }

  open(): void {
    this.back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.note.textContent = "";
    this.element.hidden = false;
    this.element.querySelector("button")?.focus();
  }

  private close(): void {
    this.element.hidden = true;
    this.back?.focus();
  }
}
