// A scene as SVG. Groups are kept from picture to picture by id, so the browser moves them smoothly.

import { svg } from "../dom";
import type { Camera } from "./camera";
import { opens } from "./compose";
import type { DrawOptions, Renderer } from "./renderer";
import { type Box, type Frame, type Line, type Mark, MARKS, type Scene, TAIL } from "./scene";

const MOVE_MS = 520;
/** Below this scale only labels can be read. */
const FAR = 0.45;

/** A sign for each mark, so that no meaning hangs on colour alone. */
export const BADGES: Partial<Record<Mark, string>> = {
  added: "+",
  gone: "–",
  matched: "→",
  failed: "!",
  running: "=",
  found: "?",
  joined: "∥",
  stopped: "■",
};

export class SvgRenderer implements Renderer {
  readonly element = svg("svg", { class: "tg-drawing", "aria-hidden": "true" });
  private readonly world = svg("g", { class: "tg-world" });
  private readonly frames = svg("g");
  private readonly lines = svg("g");
  private readonly boxes = svg("g");
  private readonly drawn = new Map<string, { element: SVGGElement; box: Box; face: string }>();
  private readonly edges = new Map<string, SVGGElement>();

  constructor() {
    this.world.append(this.frames, this.lines, this.boxes);
    this.element.append(this.world);
  }

  look(camera: Camera, animate: boolean): void {
    this.element.classList.toggle("tg-far", camera.k < FAR);
    this.world.style.transition = animate ? `transform ${MOVE_MS}ms ease` : "none";
    this.world.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.k})`;
  }

  refresh(): void {}

  draw(scene: Scene, options: DrawOptions): void {
    this.element.classList.toggle("tg-moving", options.animate);
    this.frames.replaceChildren(...scene.frames.map(frame));
    const present = new Map(scene.boxes.map((box) => [box.id, box]));
    const were = new Map([...this.drawn].map(([id, { box }]) => [id, box]));
    for (const [id, { element }] of this.drawn) {
      if (present.has(id)) continue;
      this.drawn.delete(id);
      const heir = present.get(options.heirs.get(id) ?? "");
      vanish(element, heir, options.animate);
    }
    for (const box of scene.boxes) {
      const origin = were.get(options.origins.get(box.id) ?? "");
      this.drawBox(box, origin, scene.right, options.animate);
    }
    this.drawLines(scene.lines, scene.right, options.animate);
  }

  private drawBox(box: Box, origin: Box | undefined, right: boolean, animate: boolean): void {
    const face = [box.w, box.label, box.below, right, box.tails, ...box.marks].join("|");
    const known = this.drawn.get(box.id);
    const element = known?.element ?? svg("g", { "data-id": box.id });
    if (known?.face !== face) {
      element.replaceChildren(...faceOf(box, right));
      const marks = MARKS.filter((mark) => box.marks.has(mark)).map((mark) => ` tg-${mark}`);
      element.setAttribute("class", `tg-node tg-${box.node.kind}${marks.join("")}`);
    }
    element.style.transform = `translate(${box.x}px, ${box.y}px)`;
    if (!known) {
      this.boxes.append(element);
      if (animate) appear(element, box, origin);
    }
    this.drawn.set(box.id, { element, box, face });
  }

  private drawLines(lines: readonly Line[], right: boolean, animate: boolean): void {
    const keep = new Set(lines.map((line) => line.key));
    for (const [key, element] of this.edges) {
      if (keep.has(key)) continue;
      element.remove();
      this.edges.delete(key);
    }
    for (const line of lines) {
      let element = this.edges.get(line.key);
      if (!element) {
        element = svg("g", {}, svg("path"), svg("path", { class: "tg-tip" }), svg("text"));
        element.dataset["from"] = line.from;
        element.dataset["to"] = line.to;
        this.edges.set(line.key, element);
        this.lines.append(element);
        if (animate) element.animate?.([{ opacity: 0 }, { opacity: 1 }], MOVE_MS);
      }
      element.setAttribute("class", line.look ? `tg-edge tg-edge-${line.look}` : "tg-edge");
      const [path, tip, text] = element.children as unknown as SVGElement[];
      path!.setAttribute("d", line.path);
      tip!.setAttribute("d", arrow(line, right));
      text!.textContent = line.label;
      if (!line.label) continue;
      text!.setAttribute("x", String(line.middle[0]));
      text!.setAttribute("y", String(line.middle[1] + 4));
    }
  }
}

/** The head of an edge, where it is read. */
export function arrow({ tip: [x, y], look }: Line, right: boolean): string {
  if (look === "back") {
    return right
      ? `M${x - 4.5} ${y + 8}L${x} ${y}L${x + 4.5} ${y + 8}Z`
      : `M${x + 8} ${y - 4.5}L${x} ${y}L${x + 8} ${y + 4.5}Z`;
  }
  return right
    ? `M${x - 8} ${y - 4.5}L${x} ${y}L${x - 8} ${y + 4.5}Z`
    : `M${x - 4.5} ${y - 8}L${x} ${y}L${x + 4.5} ${y - 8}Z`;
}

function faceOf(box: Box, right: boolean): SVGElement[] {
  const { w, h, node } = box;
  const radius = node.kind === "input" ? h / 2 : node.kind === "constant" ? 2 : 7;
  const parts: SVGElement[] = [
    svg("title", {}, `${node.label}: ${node.types.join(", ")}`),
    svg("rect", { class: "tg-shape", x: -w / 2, y: -h / 2, width: w, height: h, rx: radius }),
  ];
  if (node.kind === "shared") {
    const inner = { x: -w / 2 + 3.5, y: -h / 2 + 3.5, width: w - 7, height: h - 7, rx: 4 };
    parts.push(svg("rect", { class: "tg-inner", ...inner }));
  }
  parts.push(
    svg("text", { class: "tg-label", y: box.below ? -3 : 5 }, box.label),
    svg("text", { class: "tg-below", y: 14 }, box.below),
  );
  if (box.tails.length) parts.push(...tail(box, right));
  const badge = MARKS.findLast((mark) => box.marks.has(mark) && mark in BADGES);
  if (badge) {
    parts.push(
      svg("circle", { class: `tg-badge tg-badge-${badge}`, cx: w / 2 - 3, cy: -h / 2 + 2, r: 9 }),
      svg("text", { class: "tg-badge-text", x: w / 2 - 3, y: -h / 2 + 6.5 }, BADGES[badge]!),
    );
  }
  if (opens(node)) {
    parts.push(
      svg("path", {
        class: "tg-opens",
        d: `M${-w / 2 + 6} ${h / 2 - 15}h9v9h-9zm2 4.5h5m-2.5 -2.5v5`,
      }),
    );
  }
  return parts;
}

function tail({ w, h, tails }: Box, right: boolean): SVGElement[] {
  const words = tails.join(", ");
  if (right) {
    const end = w / 2 + TAIL - 6;
    return [
      svg("path", { class: "tg-tail", d: `M${w / 2} 0H${end - 6}` }),
      svg("path", { class: "tg-tip", d: `M${end - 8} -5L${end} 0L${end - 8} 5Z` }),
      svg("text", { class: "tg-output", x: end + 5, y: 4 }, words),
    ];
  }
  const end = h / 2 + TAIL - 6;
  return [
    svg("path", { class: "tg-tail", d: `M0 ${h / 2}V${end - 6}` }),
    svg("path", { class: "tg-tip", d: `M-5 ${end - 8}L0 ${end}L5 ${end - 8}Z` }),
    svg("text", { class: "tg-output", x: 10, y: end }, words),
  ];
}

function frame(f: Frame): SVGElement {
  const marks = MARKS.filter((mark) => f.marks.has(mark)).map((mark) => ` tg-${mark}`);
  return svg(
    "g",
    { class: `tg-frame tg-frame-${f.kind}${marks.join("")}`, "data-frame": f.key },
    svg("rect", { class: "tg-shape", x: f.x, y: f.y, width: f.w, height: f.h, rx: 10 }),
    svg("path", { class: "tg-opens", d: `M${f.x + 9} ${f.y + 7}h10v10h-10zm2.5 5h5` }),
    svg("text", { x: f.x + 25, y: f.y + 16 }, f.label),
  );
}

const place = (box: Box, scale: number): string =>
  `translate(${box.x}px, ${box.y}px) scale(${scale})`;

/** A new node grows out of the one that it replaces. */
function appear(element: SVGElement, box: Box, origin: Box | undefined): void {
  const from = { opacity: 0, transform: place(origin ?? box, 0.6) };
  const to = { opacity: 1, transform: place(box, 1) };
  element.animate?.([from, to], { duration: MOVE_MS, easing: "ease" });
}

/** A replaced node shrinks into its heir. */
function vanish(element: SVGElement, heir: Box | undefined, animate: boolean): void {
  element.removeAttribute("data-id");
  const run = animate
    ? element.animate?.(
        [{ opacity: 1 }, { opacity: 0, ...(heir ? { transform: place(heir, 0.5) } : {}) }],
        { duration: MOVE_MS, easing: "ease" },
      )
    : undefined;
  if (run) run.onfinish = () => element.remove();
  else element.remove();
}
