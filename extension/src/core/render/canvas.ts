// A large scene on a canvas: only what is in view, and less of it the smaller it gets.

import { h } from "../dom";
import type { Camera } from "./camera";
import type { Renderer } from "./renderer";
import { type Box, type Line, MARKS, type Scene } from "./scene";
import { arrow } from "./svg";

/** Below these scales types, labels and curves, and outlines are no longer drawn. */
const TYPES_FROM = 0.55;
const NEAR = 0.32;
const OUTLINES_FROM = 0.12;
/** How much is left of what the reader does not look at. */
const FAINT = 0.28;

type Colours = Readonly<Record<string, string>>;

export class CanvasRenderer implements Renderer {
  readonly element = h("canvas", { class: "tg-drawing", "aria-hidden": "true" });
  private readonly context = this.element.getContext?.("2d") ?? null;
  private scene: Scene | undefined;
  private camera: Camera = { x: 0, y: 0, k: 1 };
  private far: Far | undefined;
  private waiting = 0;

  draw(scene: Scene): void {
    this.scene = scene;
    this.far = undefined;
    this.refresh();
  }

  look(camera: Camera): void {
    this.camera = camera;
    this.refresh();
  }

  /** Draws once before the next frame, however often it is asked. */
  refresh(): void {
    if (this.waiting || !this.context) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint(this.context!);
    });
  }

  private paint(to: CanvasRenderingContext2D): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    const { scene, camera } = this;
    if (!scene || !width || !height) return;
    const dots = globalThis.devicePixelRatio || 1;
    const [w, high] = [Math.round(width * dots), Math.round(height * dots)];
    if (this.element.width !== w) this.element.width = w;
    if (this.element.height !== high) this.element.height = high;
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.clearRect(0, 0, w, high);
    to.setTransform(camera.k * dots, 0, 0, camera.k * dots, camera.x * dots, camera.y * dots);
    const colours = coloursOf(this.element);
    to.lineWidth = Math.max(1.2, 0.6 / camera.k);
    to.strokeStyle = to.fillStyle = colours["edge"]!;
    if (camera.k < NEAR) {
      paintFar(to, (this.far ??= farPaths(scene)), colours, camera.k);
      return;
    }
    paintFrames(to, scene, colours);
    to.strokeStyle = to.fillStyle = colours["edge"]!;
    const boxes = inView(scene.boxes, camera, width, height);
    const seen = new Set(boxes.map(({ id }) => id));
    paintCurves(
      to,
      scene.lines.filter((line) => seen.has(line.from) || seen.has(line.to)),
      scene.right,
    );
    for (const box of boxes) paintBox(to, box, colours, camera.k);
  }
}

function inView(boxes: readonly Box[], camera: Camera, width: number, height: number): Box[] {
  const [left, right] = [-camera.x / camera.k, (width - camera.x) / camera.k];
  const [top, bottom] = [-camera.y / camera.k, (height - camera.y) / camera.k];
  return boxes.filter(
    ({ x, y, w, h: high }) =>
      x + w / 2 > left && x - w / 2 < right && y + high / 2 > top && y - high / 2 < bottom,
  );
}

/** From afar a curve is a line and a node a speck; they are put together once for a scene. */
interface Far {
  readonly lines: Path2D;
  /** One path for each kind of node and each mark. */
  readonly specks: ReadonlyMap<string, Path2D>;
}

function farPaths(scene: Scene): Far {
  const lines = new Path2D();
  for (const { tail, tip } of scene.lines) {
    lines.moveTo(tail[0], tail[1]);
    lines.lineTo(tip[0], tip[1]);
  }
  const specks = new Map<string, Path2D>();
  for (const box of scene.boxes) {
    const name = markOf(box) ?? (box.marks.has("dim") ? "rule" : box.node.kind);
    let path = specks.get(name);
    if (!path) specks.set(name, (path = new Path2D()));
    path.rect(box.x - box.w / 2, box.y - box.h / 2, box.w, box.h);
  }
  return { lines, specks };
}

function paintFar(to: CanvasRenderingContext2D, far: Far, colours: Colours, k: number): void {
  to.lineWidth = k < OUTLINES_FROM ? 0.3 / k : 1.4;
  to.stroke(far.lines);
  to.strokeStyle = colours["border"]!;
  to.lineWidth = 1.5;
  for (const [name, path] of far.specks) {
    to.fillStyle = name === "apply" && k < OUTLINES_FROM ? colours["border"]! : colours[name]!;
    to.fill(path);
    if (k >= OUTLINES_FROM) to.stroke(path);
  }
}

const paths = new WeakMap<Line, Path2D>();

function paintCurves(to: CanvasRenderingContext2D, lines: readonly Line[], right: boolean): void {
  for (const line of lines) {
    let path = paths.get(line);
    if (!path) {
      path = new Path2D(line.path);
      paths.set(line, path);
    }
    to.globalAlpha = line.look === "dim" ? FAINT : 1;
    to.setLineDash(line.look === "back" ? [6, 4] : []);
    to.stroke(path);
    to.fill(new Path2D(arrow(line, right)));
  }
  to.globalAlpha = 1;
  to.setLineDash([]);
}

function paintFrames(to: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  for (const { x, y, w, h: high, label, kind } of scene.frames) {
    to.fillStyle = colours["panel"]!;
    to.strokeStyle = colours["rule"]!;
    to.setLineDash(kind === "fused" ? [7, 3] : []);
    to.beginPath();
    to.roundRect(x, y, w, high, 10);
    to.fill();
    to.stroke();
    to.setLineDash([]);
    to.textAlign = "left";
    to.fillStyle = colours["quiet"]!;
    to.font = `600 12px ${colours["font"]}`;
    to.fillText(label, x + 10, y + 16);
  }
}

const markOf = (box: Box) => MARKS.findLast((name) => name !== "dim" && box.marks.has(name));

function paintBox(to: CanvasRenderingContext2D, box: Box, colours: Colours, k: number): void {
  const mark = markOf(box);
  to.globalAlpha = box.marks.has("dim") ? FAINT : 1;
  to.fillStyle = colours[box.node.kind]!;
  to.strokeStyle = colours[mark ?? "border"] ?? colours["border"]!;
  to.lineWidth = mark ? Math.max(3, 2 / k) : Math.max(1.2, 0.6 / k);
  to.setLineDash(mark === "gone" ? [5, 4] : []);
  to.beginPath();
  const radius = box.node.kind === "input" ? box.h / 2 : box.node.kind === "constant" ? 2 : 7;
  to.roundRect(box.x - box.w / 2, box.y - box.h / 2, box.w, box.h, radius);
  to.fill();
  to.stroke();
  to.setLineDash([]);
  to.textAlign = "center";
  to.fillStyle = colours["text"]!;
  to.font = `600 15px ${colours["font"]}`;
  to.fillText(box.label, box.x, box.y - (k < TYPES_FROM ? -5 : 3));
  if (k >= TYPES_FROM) {
    to.font = `11px ${colours["code-font"]}`;
    to.fillStyle = colours["quiet"]!;
    to.fillText(box.below, box.x, box.y + 14);
  }
  to.globalAlpha = 1;
}

const NAMES = [
  ...["edge", "border", "text", "quiet", "font", "code-font", "input", "shared"],
  ...["panel", "rule"],
];

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const names = [...NAMES, "constant", "apply", ...MARKS];
  return Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--tg-${name}`).trim()]),
  );
}
