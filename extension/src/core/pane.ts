// One picture of a graph: draws it, looks around in it, and lets a reader walk through it by keyboard.

import { button, h, still } from "./dom";
import { icon } from "./icons";
import { isCommand } from "./keys";
import { type Camera, focus, legible, pan, reveal, zoom } from "./render/camera";
import { CanvasRenderer } from "./render/canvas";
import { Minimap } from "./render/minimap";
import type { DrawOptions, Renderer } from "./render/renderer";
import type { Box, Mark, Scene } from "./render/scene";
import { SvgRenderer } from "./render/svg";
import { strings } from "./strings";
import { directionOf, walk } from "./walk";

const SVG_UP_TO = 150;
const ZOOM_STEP = 1.25;
const CLICK_MOVES = 5;
/** How far the picture goes at a key, so that what lies in that direction comes into view. */
const STEPS = { up: [0, 60], down: [0, -60], left: [60, 0], right: [-60, 0] } as const;
const HOVER_MS = 350;
/** How far down from its upper edge a frame is taken by its name. */
const HEAD = 24;

const WORTH_A_LOOK: readonly Mark[] = ["added", "matched", "rewired", "running", "failed"];

function worthALook(box: Box): boolean {
  return WORTH_A_LOOK.some((mark) => box.marks.has(mark));
}

export interface PaneEvents {
  select(id: string): void;
  /** Opens or closes what is inside a node, or a frame. */
  toggle(id: string): void;
  fold(id: string): void;
  /** The pointer rests on a node, or left it; (x, y) on the screen. */
  hover(id: string | null, x: number, y: number): void;
  /** The reader moved the picture. */
  moved(camera: Camera): void;
  save(scene: Scene): void;
}

export class Pane {
  readonly element: HTMLElement;
  readonly stage: HTMLElement;
  readonly minimap = new Minimap((x, y) => this.centre(x, y));
  private readonly caption = h("span", { class: "tg-caption" });
  private readonly note = h("span", { class: "tg-caption-note" });
  private readonly nothing = h("p", { class: "tg-nothing", hidden: "" }, strings.noNodes);
  private renderer: Renderer = new SvgRenderer();
  private scene: Scene | undefined;
  private camera: Camera = { x: 0, y: 0, k: 1 };
  /**
   * What the camera does at the next picture: begin where something can be read, show all, follow the
   * change, or stay.
   */
  private aim: "start" | "whole" | "change" | "stay" = "start";
  private seen: readonly [number, number] = [0, 0];
  private selected: string | null = null;
  private drag: { x: number; y: number; moved: number } | undefined;
  private hovering: ReturnType<typeof setTimeout> | undefined;
  /** Whether the reader or the host wants no motion. */
  calm = false;

  constructor(private readonly events: PaneEvents) {
    const tool = (name: string, face: Parameters<typeof icon>[0], press: () => void) => {
      const made = button(name, icon(face), press);
      made.tabIndex = -1; // the keys + - 0 s do the same
      return made;
    };
    this.stage = h("div", { class: "tg-stage", tabindex: 0, role: "application" });
    this.stage.append(this.renderer.element, this.nothing, this.minimap.element);
    const tools = h(
      "span",
      { class: "tg-tools" },
      tool(strings.zoomOut, "minus", () => this.zoomBy(1 / ZOOM_STEP)),
      tool(strings.zoomIn, "plus", () => this.zoomBy(ZOOM_STEP)),
      tool(strings.fit, "fit", () => this.fit(!this.quiet())),
      tool(strings.save, "save", () => this.scene && this.events.save(this.scene)),
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
    this.nothing.hidden = scene.boxes.length > 0;
    this.chooseRenderer(scene);
    const animate = options.animate && !this.quiet();
    this.renderer.draw(scene, { ...options, animate });
    this.minimap.show(scene);
    const whole = this.aim === "start" || this.aim === "whole";
    if (options.animate && whole && scene.boxes.some(worthALook)) this.aim = "change";
    this.frame(animate);
  }

  /** Brings a node into view, if it is here. */
  reveal(id: string | null): void {
    this.selected = id;
    const box = this.scene?.boxes.find((b) => b.id === id);
    if (!box) return;
    const [width, height] = this.size();
    this.look(reveal(this.camera, box.x, box.y, width, height), !this.quiet());
  }

  fit(animate: boolean): void {
    this.aim = "whole";
    this.frame(animate);
  }

  /** Looks where the other picture looks. */
  follow(camera: Camera, animate = false): void {
    this.aim = "stay";
    this.look(camera, animate && !this.quiet());
  }

  /** Where it looks. */
  get view(): Camera {
    return this.camera;
  }

  /** Where a node is on the screen, for what is shown beside it. */
  placeOf(id: string): readonly [number, number] | null {
    const box = this.scene?.boxes.find((b) => b.id === id);
    if (!box) return null;
    const { left, top } = this.stage.getBoundingClientRect();
    const { x, y, k } = this.camera;
    return [left + (box.x + box.w / 2) * k + x, top + (box.y - box.h / 2) * k + y];
  }

  /** The scene on show. */
  get drawn(): Scene | undefined {
    return this.scene;
  }

  private quiet(): boolean {
    return this.calm || still();
  }

  private centre(x: number, y: number): void {
    const [width, height] = this.size();
    const { k } = this.camera;
    this.byReader({ k, x: width / 2 - x * k, y: height / 2 - y * k });
  }

  private byReader(camera: Camera): void {
    this.aim = "stay";
    this.look(camera, false);
    this.events.moved(camera);
  }

  /** Shows what the camera aims at: where the whole would be too small, what the step changed. */
  private frame(animate: boolean): void {
    const { scene } = this;
    if (!scene || this.aim === "stay") return;
    this.seen = this.size();
    const boxes = this.aim === "change" ? scene.boxes.filter(worthALook) : [];
    const camera = focus(scene, boxes, ...this.seen);
    this.look(this.aim === "start" ? legible(camera, scene, ...this.seen) : camera, animate);
  }

  /** The panel is hidden at times; then, and where nothing changed, the camera stays. */
  resized(): void {
    const [width, height] = this.size();
    const changed = width !== this.seen[0] || height !== this.seen[1];
    if (changed && this.stage.clientWidth > 0) this.frame(false);
    this.recoloured();
  }

  recoloured(): void {
    this.renderer.refresh();
    this.minimap.refresh();
  }

  private size(): [number, number] {
    return [this.stage.clientWidth || 480, this.stage.clientHeight || 320];
  }

  private look(camera: Camera, animate: boolean): void {
    this.camera = camera;
    this.renderer.look(camera, animate);
    this.minimap.look(camera, ...this.size());
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
    const [width, height] = this.size();
    this.byReader(zoom(this.camera, factor, at?.[0] ?? width / 2, at?.[1] ?? height / 2));
  }

  private inScene(event: MouseEvent): readonly [number, number] {
    const { left, top } = this.stage.getBoundingClientRect();
    const { x, y, k } = this.camera;
    return [(event.clientX - left - x) / k, (event.clientY - top - y) / k];
  }

  private nodeAt(event: MouseEvent): string | undefined {
    const [x, y] = this.inScene(event);
    return this.scene?.boxes.find(
      (box) => Math.abs(x - box.x) <= box.w / 2 && Math.abs(y - box.y) <= box.h / 2,
    )?.id;
  }

  /** The frame whose name is under the pointer. */
  private frameAt(event: MouseEvent): string | undefined {
    const [x, y] = this.inScene(event);
    const over = this.scene?.frames.filter(
      (f) => x >= f.x && x <= f.x + f.w && y >= f.y && y <= f.y + HEAD,
    );
    return over?.at(-1)?.key;
  }

  private listen(): void {
    const { stage } = this;
    stage.addEventListener("keydown", (event) => this.onKey(event));
    stage.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
      this.rest(null, event);
    });
    stage.addEventListener("pointermove", (event) => this.onMove(event));
    stage.addEventListener("pointerleave", (event) => this.rest(null, event));
    stage.addEventListener("pointerup", (event) => {
      const still = this.drag && this.drag.moved < CLICK_MOVES;
      this.drag = undefined;
      if (!still) return;
      const id = this.nodeAt(event);
      const frame = id === undefined ? this.frameAt(event) : undefined;
      if (id !== undefined) this.events.select(id);
      else if (frame !== undefined) this.events.toggle(frame);
    });
    stage.addEventListener("dblclick", (event) => {
      const id = this.nodeAt(event);
      if (id !== undefined) this.events.toggle(id);
    });
  }

  private onMove(event: PointerEvent): void {
    const { drag } = this;
    if (!drag || !event.buttons) {
      this.rest(this.nodeAt(event) ?? null, event);
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    this.drag = {
      x: event.clientX,
      y: event.clientY,
      moved: drag.moved + Math.abs(dx) + Math.abs(dy),
    };
    if (this.drag.moved < CLICK_MOVES) return;
    this.byReader(pan(this.camera, dx, dy));
  }

  /** The pointer is over a node: after a while the node tells what it is. */
  private rest(id: string | null, { clientX, clientY }: MouseEvent): void {
    clearTimeout(this.hovering);
    if (id === null) this.events.hover(null, clientX, clientY);
    else this.hovering = setTimeout(() => this.events.hover(id, clientX, clientY), HOVER_MS);
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
    if (isCommand(event) || !this.scene) return;
    const direction = directionOf(event.key);
    if (direction && event.shiftKey) {
      const [dx, dy] = STEPS[direction];
      this.byReader(pan(this.camera, dx, dy));
    } else if (direction) {
      const id = walk(this.scene, this.selected, direction);
      if (id !== null) this.events.select(id);
    } else if (event.key === "+" || event.key === "=") this.zoomBy(ZOOM_STEP);
    else if (event.key === "-") this.zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") this.fit(!this.quiet());
    else if (event.key === "Enter" && this.selected !== null) this.events.toggle(this.selected);
    else if (event.key === "f" && this.selected !== null) this.events.fold(this.selected);
    else if (event.key === "i" && this.selected !== null) this.tell(this.selected);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private tell(id: string): void {
    const at = this.placeOf(id);
    if (at) this.events.hover(id, ...at);
  }
}
