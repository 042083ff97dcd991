// The side panel of JupyterLab: what the kernel of the active notebook holds, each a click from its graph.

import type { INotebookTracker, Kernel, NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { button, freshId, h } from "../core/dom";
import { icon } from "../core/icons";
import { strings } from "../core/strings";
import { style, watchTheme } from "../core/theme";
import { drawn, listing, type Named } from "./kernel";

const KINDS = ["function", "variable", "shared"] as const;
/** How each kind is told from the others at a glance, beside its heading. */
const SIGNS = { function: "ƒ", variable: "x", shared: "⟳" } as const;
/** From so many names on there is a box to filter them. */
const MANY = 8;
const REST_MS = 250;

export class Side extends Widget {
  private readonly list = h("div", { class: "tg-side-list" });
  private readonly note = h("p", { class: "tg-quiet", role: "status", hidden: "" });
  private readonly filter = h("input", {
    type: "search",
    hidden: "",
    placeholder: strings.sideFilter,
    "aria-label": strings.sideFilter,
  });
  private readonly theme: ReturnType<typeof watchTheme>;
  private names: readonly Named[] = [];
  private rows: HTMLButtonElement[] = [];
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
    this.node.style.overflow = "hidden";
    const refresh = button(strings.sideRefresh, icon("again"), () => this.refresh());
    const head = h(
      "div",
      { class: "tg-side-head" },
      h("h2", { class: "tg-title" }, strings.sideTitle),
      refresh,
    );
    const root = h(
      "div",
      { class: "tg-root tg-side", role: "region" },
      head,
      this.filter,
      this.note,
      this.list,
    );
    this.filter.addEventListener("input", () => this.fill());
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusin", ({ target }) => {
      (target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
    });
    root.setAttribute("aria-label", strings.sideTitle);
    this.node.append(root);
    style(root);
    this.theme = watchTheme(
      root,
      () => "auto",
      () => undefined,
    );
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
    this.theme.stop();
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
    this.say(note);
    this.names = names;
    this.filter.hidden = names.length < MANY;
    if (this.filter.hidden) this.filter.value = "";
    this.fill();
  }

  private say(note: string): void {
    this.note.textContent = note;
    this.note.hidden = !note;
  }

  /** The names that hold what is written into the filter, kind by kind. */
  private fill(): void {
    const letters = this.filter.value.trim().toLowerCase();
    const held = this.names.filter(({ name, type }) =>
      `${name} ${type}`.toLowerCase().includes(letters),
    );
    const focused = this.rows.find((one) => one === document.activeElement)?.dataset["name"];
    this.rows = [];
    const sections = KINDS.flatMap((kind) => {
      const some = held.filter((one) => one.kind === kind);
      return some.length ? [this.section(kind, some)] : [];
    });
    this.list.replaceChildren(...sections);
    this.rows.forEach((row, i) => (row.tabIndex = i ? -1 : 0));
    if (focused !== undefined) this.focus(this.rows.find((one) => one.dataset["name"] === focused));
    if (this.names.length) this.say(held.length ? "" : strings.sideNoMatch);
  }

  private section(kind: Named["kind"], some: readonly Named[]): HTMLElement {
    const id = freshId("side");
    const head = h(
      "h3",
      { class: "tg-eyebrow", id },
      h("span", {}, strings.sideKinds[kind]),
      h("span", { class: "tg-side-count" }, strings.sideCount(some.length)),
    );
    const rows = some.map((one) => {
      const row = this.row(one);
      this.rows.push(row);
      return h("li", {}, row);
    });
    const list = h("ul", { "aria-labelledby": id }, ...rows);
    return h("section", { class: `tg-side-${kind}` }, head, list);
  }

  private row({ name, kind, type, value }: Named): HTMLButtonElement {
    const words = [
      h("b", {}, name),
      h("code", {}, type),
      ...(value ? [h("span", { class: "tg-side-value" }, value)] : []),
    ];
    const sign = h("span", { class: "tg-side-sign", "aria-hidden": "true" }, SIGNS[kind]);
    const face = h("span", { class: "tg-side-row" }, sign, h("span", {}, ...words));
    const press = button(strings.sideShow(name), face, () => void this.draw(name));
    // the name that is heard says all that is seen
    press.setAttribute(
      "aria-label",
      [strings.sideShow(name), type, value].filter(Boolean).join(", "),
    );
    press.title = [name, type, value].filter(Boolean).join("\n");
    press.dataset["name"] = name;
    return press;
  }

  /** Arrows walk through the names, a slash goes to the filter, Escape empties it. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.rows.indexOf(event.target as HTMLButtonElement);
    const filtering = event.target === this.filter;
    if (event.key === "ArrowDown") this.focus(this.rows[at + 1]);
    else if (event.key === "ArrowUp" && at === 0 && !this.filter.hidden) this.filter.focus();
    else if (event.key === "ArrowUp") this.focus(this.rows[at - 1]);
    else if (event.key === "Home" && !filtering) this.focus(this.rows[0]);
    else if (event.key === "End" && !filtering) this.focus(this.rows.at(-1));
    else if (event.key === "/" && !filtering && !this.filter.hidden) this.filter.focus();
    else if (event.key === "Escape" && filtering && this.filter.value) {
      this.filter.value = "";
      this.fill();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focus(row: HTMLButtonElement | undefined): void {
    if (!row) return;
    for (const one of this.rows) one.tabIndex = one === row ? 0 : -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  async draw(name: string): Promise<void> {
    const { kernel } = this;
    if (!kernel) return;
    try {
      this.present(await drawn(kernel, name), name);
    } catch (error) {
      this.say(strings.sideFailed(String(error)));
    }
  }
}
