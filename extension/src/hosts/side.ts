// The side panel of JupyterLab: what the kernel of the active notebook holds, each a click from its graph.

import type { INotebookTracker, Kernel, NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { button, h } from "../core/dom";
import { strings } from "../core/strings";
import { style } from "../core/theme";
import { drawn, listing, type Named } from "./kernel";

const KINDS = ["variable", "function", "shared"] as const;
const REST_MS = 250;

export class Side extends Widget {
  private readonly list = h("div", { class: "tg-side-list" });
  private readonly note = h("p", { class: "tg-quiet", role: "status" });
  private notebook: NotebookPanel | null = null;
  private kernel: Kernel | null = null;
  private dirty = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    tracker: INotebookTracker,
    private readonly present: (document: unknown, title: string) => void,
  ) {
    super();
    this.id = "teachgraph-side";
    this.title.label = strings.panelTitle;
    this.title.caption = strings.sideCaption;
    this.node.dataset["teachgraphHost"] = "side";
    const refresh = button(strings.sideRefresh, strings.sideRefresh, () => this.refresh());
    const head = h(
      "div",
      { class: "tg-row" },
      h("h2", { class: "tg-title" }, strings.sideTitle),
      refresh,
    );
    const root = h("div", { class: "tg-root tg-side", role: "region" }, head, this.note, this.list);
    root.setAttribute("aria-label", strings.sideTitle);
    this.node.append(root);
    style(root);
    tracker.currentChanged.connect(() => this.turnTo(tracker.currentWidget));
    this.turnTo(tracker.currentWidget);
  }

  /** Looks again at once. */
  refresh(): void {
    this.dirty = false;
    clearTimeout(this.timer);
    const { kernel } = this;
    if (!kernel) {
      this.tell([], strings.sideNoNotebook);
      return;
    }
    listing(kernel).then(
      (names) => {
        if (kernel !== this.kernel) return;
        const note = names === null ? strings.sideNotLoaded : names.length ? "" : strings.sideNone;
        this.tell(names ?? [], note);
      },
      (error: unknown) => this.tell([], strings.sideFailed(String(error))),
    );
  }

  protected override onAfterShow(message: unknown): void {
    super.onAfterShow(message);
    if (this.dirty) this.refresh();
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }

  private turnTo(notebook: NotebookPanel | null): void {
    if (notebook === this.notebook && notebook) return;
    this.notebook?.sessionContext.kernelChanged.disconnect(this.kernelChanged);
    this.notebook = notebook;
    notebook?.sessionContext.kernelChanged.connect(this.kernelChanged);
    this.kernelChanged();
  }

  private readonly kernelChanged = (): void => {
    this.kernel?.iopubMessage.disconnect(this.heard);
    this.kernel?.statusChanged.disconnect(this.status);
    this.kernel = this.notebook?.sessionContext.session?.kernel ?? null;
    this.kernel?.iopubMessage.connect(this.heard);
    this.kernel?.statusChanged.connect(this.status);
    this.soon();
  };

  /** A cell runs; what we ask ourselves is silent and sends no such message. */
  private readonly heard = (_: unknown, message: { header: { msg_type: string } }): void => {
    if (message.header.msg_type === "execute_input") this.dirty = true;
  };

  private readonly status = (_: unknown, status: string): void => {
    if (status === "idle" && this.dirty) this.soon();
  };

  private soon(): void {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isVisible && this.refresh(), REST_MS);
  }

  private tell(names: readonly Named[], note: string): void {
    this.note.textContent = note;
    const sections = KINDS.flatMap((kind) => {
      const some = names.filter((one) => one.kind === kind);
      if (!some.length) return [];
      const rows = some.map((one) => h("li", {}, this.row(one)));
      return [h("h3", { class: "tg-eyebrow" }, strings.sideKinds[kind]), h("ul", {}, ...rows)];
    });
    this.list.replaceChildren(...sections);
  }

  private row({ name, type, value }: Named): HTMLElement {
    const press = button(
      strings.sideShow(name),
      h(
        "span",
        {},
        h("b", {}, name),
        " ",
        h("code", {}, type),
        ...(value ? [h("small", {}, ` ${value}`)] : []),
      ),
      () => void this.draw(name),
    );
    press.dataset["name"] = name;
    return press;
  }

  async draw(name: string): Promise<void> {
    const { kernel } = this;
    if (!kernel) return;
    try {
      this.present(await drawn(kernel, name), name);
    } catch (error) {
      this.note.textContent = strings.sideFailed(String(error));
    }
  }
}
