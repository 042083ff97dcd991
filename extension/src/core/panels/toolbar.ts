// What stands above the pictures: search, what to follow from the selected node, and how to look at it all.

import { button, h } from "../dom";
import { icon } from "../icons";
import type { Options } from "../options";
import type { Reach } from "../reach";
import { roving } from "../roving";
import { strings } from "../strings";
import { Search, type SearchWishes } from "./search";

export interface ToolbarWishes extends SearchWishes {
  reach(reach: Reach): void;
  choose(options: Partial<Options>): void;
  unfold(open: boolean): void;
}

const REACHES = [
  ["ancestors", "up"],
  ["descendants", "down"],
  ["both", "both"],
  ["path", "path"],
] as const;

const SWITCHES = ["still", "together", "minimap", "types", "common", "present", "quiz"] as const;

export class Toolbar {
  readonly element: HTMLElement;
  readonly search: Search;
  private readonly buttons = new Map<Reach, HTMLButtonElement>();
  private readonly boxes = new Map<(typeof SWITCHES)[number], HTMLInputElement>();
  private readonly direction = select(strings.directions, strings.direction);
  private readonly theme = select(strings.themes, strings.theme);
  private reach: Reach = "none";

  constructor(private readonly wishes: ToolbarWishes) {
    this.search = new Search(wishes);
    const row = h("div", { class: "tg-player", role: "toolbar", "aria-label": strings.follow });
    for (const [reach, face] of REACHES) {
      const made = button(strings.reaches[reach], icon(face), () => {
        wishes.reach(this.reach === reach ? "none" : reach);
      });
      this.buttons.set(reach, made);
      row.append(made);
    }
    roving(row, this.buttons.get("ancestors")!);
    this.element = h("div", { class: "tg-toolbar" }, this.search.element, row, this.menu());
  }

  show(reach: Reach, options: Options): void {
    this.reach = reach;
    for (const [name, made] of this.buttons)
      made.setAttribute("aria-pressed", String(name === reach));
    for (const [name, box] of this.boxes) box.checked = options[name];
    this.direction.value = options.direction;
    this.theme.value = options.theme;
  }

  private menu(): HTMLElement {
    const rows = SWITCHES.map((name) => {
      const box = h("input", { type: "checkbox" });
      box.addEventListener("change", () => this.wishes.choose({ [name]: box.checked }));
      this.boxes.set(name, box);
      return h("label", {}, box, ` ${strings.options[name]}`);
    });
    this.direction.addEventListener("change", () => {
      this.wishes.choose({ direction: this.direction.value as Options["direction"] });
    });
    this.theme.addEventListener("change", () => {
      this.wishes.choose({ theme: this.theme.value as Options["theme"] });
    });
    const open = button(strings.unfoldAll, strings.unfoldAll, () => this.wishes.unfold(true));
    const close = button(strings.foldAll, strings.foldAll, () => this.wishes.unfold(false));
    const panel = h(
      "div",
      { class: "tg-menu-panel" },
      h("label", {}, `${strings.direction} `, this.direction),
      h("label", {}, `${strings.theme} `, this.theme),
      ...rows,
      h("div", { class: "tg-row" }, open, close),
    );
    const menu = h("details", { class: "tg-menu" }, h("summary", {}, strings.viewMenu), panel);
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")!.focus();
      event.preventDefault();
      event.stopPropagation();
    });
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
    });
    return menu;
  }
}

function select(choices: Readonly<Record<string, string>>, name: string): HTMLSelectElement {
  const options = Object.entries(choices).map(([value, text]) => h("option", { value }, text));
  return h("select", { "aria-label": name }, ...options);
}
