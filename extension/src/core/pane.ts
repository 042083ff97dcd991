// One picture of a graph: draws it, looks around in it, and lets a reader walk through it by keyboard.

import { button, h, still } from "./dom";
import { icon } from "./icons";
import { type Camera, focus, pan, reveal, zoom } from "./render/camera";
import { CanvasRenderer } from "./render/canvas";
import type { DrawOptions, Renderer } from "./render/renderer";
import type { Box, Mark, Scene } from "./render/scene";
import { SvgRenderer } from "./render/svg";
import { strings } from "./strings";
import { directionOf, walk } from "./walk";

const SVG_UP_TO = 150;
const ZOOM_STEP = 1.25;
const CLICK_MOVES = 5;

const WORTH_A_LOOK: readonly Mark[] = ["added", "matched", "rewired", "running", "failed"];

export interface PaneEvents {
  select(id: string): void;
  open(id: string): void;
}

export class Pane {
  readonly element: HTMLElement;
  readonly stage: HTMLElement;
  private readonly caption = h("span", { class: "tg-caption" });
  private readonly note = h("span", { class: "tg-caption-note" });
  private renderer: Renderer = new SvgRenderer();
  private scene: Scene | undefined;
  private camera: Camera = { x: 0, y: 0, k: 1 };
  /** What the camera does at the next picture: show all, follow the change, or stay. */
  private aim: "whole" | "change" | "stay" = "whole";
  private seen: readonly [number, number] = [0, 0];
  private selected: string | null = null;
  private drag: { x: number; y: number; moved: number } | undefined;

  constructor(private readonly events: PaneEvents) {
    const tool = (name: string, face: Parameters<typeof icon>[0], press: () => void) => {
      const made = button(name, icon(face), press);
      made.tabIndex = -1; // the keys + - 0 do the same
      return made;
    };
    this.stage = h("div", { class: "tg-stage", tabindex: 0, role: "application" });
    this.stage.append(this.renderer.element);
    const tools = h(
      "span",
      { class: "tg-tools" },
      tool(strings.zoomOut, "minus", () => this.zoomBy(1 / ZOOM_STEP)),
      tool(strings.zoomIn, "plus", () => this.zoomBy(ZOOM_STEP)),
      tool(strings.fit, "fit", () => this.fit(!still())),
    );
    const head = h("figcaption", { class: "tg-head" }, this.caption, this.note, tools);
    this.element = h("figure", { class: "tg-pane" }, head, this.stage);
    this.listen();
  }

  /** Draws a scene under a caption; `note` is a word on what is special about it. */
  show(scene: Scene, caption: string, note: string, options: DrawOptions): void {
    this.scene = scene;
    this.caption.textContent = caption;
    this.note.textContent = note;
    this.stage.setAttribute("aria-label", strings.pane(caption, scene.boxes.length));
    this.stage.dataset["nodes"] = String(scene.boxes.length);
    this.stage.classList.toggle("tg-empty", scene.boxes.length === 0);
    this.chooseRenderer(scene);
    const animate = options.animate && !still();
    this.renderer.draw(scene, { ...options, animate });
    if (options.animate && this.aim === "whole") this.aim = "change";
    this.frame(animate);
  }

  /** Brings a node into view, if it is here. */
  reveal(id: string | null): void {
    this.selected = id;
    const box = this.scene?.boxes.find((b) => b.id === id);
    if (!box) return;
    const [width, height] = this.size();
    this.look(reveal(this.camera, box.x, box.y, width, height), !still());
  }

  fit(animate: boolean): void {
    this.aim = "whole";
    this.frame(animate);
  }

  /** Shows what the camera aims at: where the whole would be too small, what the step changed. */
  private frame(animate: boolean): void {
    const { scene } = this;
    if (!scene || this.aim === "stay") return;
    this.seen = this.size();
    const worth = (box: Box): boolean => WORTH_A_LOOK.some((mark) => box.marks.has(mark));
    const boxes = this.aim === "change" ? scene.boxes.filter(worth) : [];
    this.look(focus(scene, boxes, ...this.seen), animate);
  }

  /** The panel is hidden at times; then, and where nothing changed, the camera stays. */
  resized(): void {
    const [width, height] = this.size();
    const changed = width !== this.seen[0] || height !== this.seen[1];
    if (changed && this.stage.clientWidth > 0) this.frame(false);
    this.renderer.refresh();
  }

  recoloured(): void {
    this.renderer.refresh();
  }

  private size(): [number, number] {
    return [this.stage.clientWidth || 480, this.stage.clientHeight || 320];
  }

  private look(camera: Camera, animate: boolean): void {
    this.camera = camera;
    this.renderer.look(camera, animate);
  }

  private chooseRenderer(scene: Scene): void {
    const large = scene.boxes.length > SVG_UP_TO;
    if (large === this.renderer instanceof CanvasRenderer) return;
    const renderer = large ? new CanvasRenderer() : new SvgRenderer();
    this.renderer.element.replaceWith(renderer.element);
    this.renderer = renderer;
    this.renderer.look(this.camera, false);
  }

  private zoomBy(factor: number, at?: readonly [number, number]): void {
    this.aim = "stay";
    const [width, height] = this.size();
    this.look(zoom(this.camera, factor, at?.[0] ?? width / 2, at?.[1] ?? height / 2), false);
  }

  private nodeAt(event: MouseEvent): string | undefined {
    const { left, top } = this.stage.getBoundingClientRect();
    const x = (event.clientX - left - this.camera.x) / this.camera.k;
    const y = (event.clientY - top - this.camera.y) / this.camera.k;
    return this.scene?.boxes.find(
      (box) => Math.abs(x - box.x) <= box.w / 2 && Math.abs(y - box.y) <= box.h / 2,
    )?.id;
  }

  private listen(): void {
    const { stage } = this;
    stage.addEventListener("keydown", (event) => this.onKey(event));
    stage.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
    });
    stage.addEventListener("pointermove", (event) => this.onDrag(event));
    stage.addEventListener("pointerup", (event) => {
      const id = this.nodeAt(event);
      if (this.drag && this.drag.moved < CLICK_MOVES && id !== undefined) this.events.select(id);
      this.drag = undefined;
    });
    stage.addEventListener("dblclick", (event) => {
      const id = this.nodeAt(event);
      if (id !== undefined) this.events.open(id);
    });
  }

  private onDrag(event: PointerEvent): void {
    const { drag } = this;
    if (!drag || !event.buttons) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    this.drag = {
      x: event.clientX,
      y: event.clientY,
      moved: drag.moved + Math.abs(dx) + Math.abs(dy),
    };
    if (this.drag.moved < CLICK_MOVES) return;
    this.aim = "stay";
    this.look(pan(this.camera, dx, dy), false);
  }

  /** The wheel belongs to the page until the picture has the focus. */
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !this.stage.matches(":focus")) return;
    event.preventDefault();
    const { left, top } = this.stage.getBoundingClientRect();
    const at = [event.clientX - left, event.clientY - top] as const;
    this.zoomBy(Math.exp(-event.deltaY * 0.0015), at);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.scene) return;
    const direction = directionOf(event.key);
    if (direction) {
      const id = walk(this.scene, this.selected, direction);
      if (id !== null) this.events.select(id);
    } else if (event.key === "+" || event.key === "=") this.zoomBy(ZOOM_STEP);
    else if (event.key === "-") this.zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") this.fit(!still());
    else if (event.key === "Enter" && this.selected !== null) this.events.open(this.selected);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
