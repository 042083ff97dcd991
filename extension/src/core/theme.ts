// The style sheet, in the order in which it is read, put once into the document or shadow root that shows a viewer, and whether the
// surroundings are dark.

import cards from "./style/cards.css";
import controls from "./style/controls.css";
import picture from "./style/picture.css";
import study from "./style/study.css";
import reader from "./style/reader.css";
import theme from "./style/theme.css";

const css = [theme, picture, controls, cards, study, reader].join("\n");

const MARK = "data-teachgraph-style";

export function style(element: Element): void {
  const root = element.getRootNode();
  const home = root instanceof ShadowRoot ? root : element.ownerDocument.head;
  if (home.querySelector(`style[${MARK}]`)) return;
  const sheet = element.ownerDocument.createElement("style");
  sheet.setAttribute(MARK, "");
  sheet.textContent = css;
  home.append(sheet);
}

/** Keeps `data-tg-theme` right, and calls `changed` when it changes. */
export function watchTheme(
  root: HTMLElement,
  wanted: () => "auto" | "light" | "dark",
  changed: () => void,
): { update(): void; stop(): void } {
  const media = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  const update = (): void => {
    const found = isDark(root, media?.matches ?? false) ? "dark" : "light";
    const theme = wanted() === "auto" ? found : wanted();
    if (root.dataset["tgTheme"] === theme) return;
    root.dataset["tgTheme"] = theme;
    changed();
  };
  const observer = new MutationObserver(update);
  const attributes = { attributes: true, attributeFilter: ["class", "style", ...SIGNS] };
  observer.observe(document.body, attributes);
  observer.observe(document.documentElement, attributes);
  media?.addEventListener("change", update);
  update();
  return {
    update,
    stop() {
      observer.disconnect();
      media?.removeEventListener("change", update);
    },
  };
}

const SIGNS = ["data-jp-theme-light", "data-theme", "data-vscode-theme-kind"];

/** The page says so, or its background is dark, or the reader prefers it. */
function isDark(root: HTMLElement, preferred: boolean): boolean {
  const light = document.body.getAttribute("data-jp-theme-light");
  if (light !== null) return light === "false";
  for (let at: Element | null = root.parentElement; at; at = at.parentElement) {
    const numbers = getComputedStyle(at)
      .backgroundColor.match(/[\d.]+/g)
      ?.map(Number);
    if (!numbers || numbers.length < 3 || numbers[3] === 0) continue;
    const [r, g, b] = numbers as [number, number, number];
    return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }
  return preferred;
}
