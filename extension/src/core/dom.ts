// Elements, made one by one. Data only ever becomes a text node or the value of a fixed attribute.

type Attributes = Readonly<Record<string, string | number | undefined>>;
type Child = Element | string;

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

function filled<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** An HTML element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** A MathML element. */
export function math(tag: string, attributes: Attributes = {}, ...children: Child[]): Element {
  return filled(document.createElementNS(MATHML, tag), attributes, children);
}

/** A button that shows an icon or a word, and always has a name. */
export function button(name: string, face: Child, press: () => void): HTMLButtonElement {
  const made = h("button", { type: "button", "aria-label": name, title: name }, face);
  made.addEventListener("click", press);
  return made;
}

/** Whether the reader asked for no motion. */
export function still(): boolean {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

let counter = 0;

/** An id for `aria-labelledby` and its kin, unique in the page. */
export function freshId(stem: string): string {
  counter += 1;
  return `tg-${stem}-${counter}`;
}
