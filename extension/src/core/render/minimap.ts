// The whole picture in a corner, with the part that is in view; a click or a drag goes there.

import { h } from "../dom";
import type { Camera } from "./camera";
import type { Scene } from "./scene";

const WIDTH = 132;
const HEIGHT = 92;
const MARGIN = 5;

export class Minimap {
  readonly element = h("canvas", { class: "tg-minimap", "aria-hidden": "true", hidden: "" });
  private readonly context = this.element.getContext?.("2d") ?? null;
  private scene: Scene | undefined;
  private camera: Camera = { x: 0, y: 0, k: 1 };
  private room: readonly [number, number] = [1, 1];
  private waiting = 0;
  /** The specks of a scene, painted once for each theme. */
  private specks: { readonly scene: Scene; readonly theme: string } | undefined;
  private readonly picture = h("canvas");
  wanted = true;

  constructor(private readonly go: (x: number, y: number) => void) {
    const move = (event: PointerEvent): void => {
      if (!event.buttons || !this.scene) return;
      event.stopPropagation();
      const { left, top } = this.element.getBoundingClientRect();
      const { k, x, y } = this.scale(this.scene);
      this.go((event.clientX - left - x) / k, (event.clientY - top - y) / k);
    };
    this.element.addEventListener("pointerdown", move);
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("pointerup", (event) => event.stopPropagation());
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.refresh();
  }

  look(camera: Camera, width: number, height: number): void {
    this.camera = camera;
    this.room = [width, height];
    this.refresh();
  }

  refresh(): void {
    this.element.hidden = !this.wanted || !this.partly();
    if (this.element.hidden || this.waiting || !this.context) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint(this.context!);
    });
  }

  /** Whether part of the picture is out of view. */
  private partly(): boolean {
    const { scene, camera } = this;
    const [width, height] = this.room;
    if (!scene?.boxes.length || width < 2.4 * WIDTH) return false;
    const left = scene.left * camera.k + camera.x;
    const top = scene.top * camera.k + camera.y;
    const right = left + scene.width * camera.k;
    const bottom = top + scene.height * camera.k;
    return left < -8 || top < -8 || right > width + 8 || bottom > height + 8;
  }

  private scale(scene: Scene): Camera {
    const k = Math.min(
      (WIDTH - 2 * MARGIN) / Math.max(1, scene.width),
      (HEIGHT - 2 * MARGIN) / Math.max(1, scene.height),
    );
    return {
      k,
      x: WIDTH / 2 - (scene.left + scene.width / 2) * k,
      y: HEIGHT / 2 - (scene.top + scene.height / 2) * k,
    };
  }

  private paint(to: CanvasRenderingContext2D): void {
    const { scene, camera } = this;
    if (!scene) return;
    const dots = globalThis.devicePixelRatio || 1;
    const style = getComputedStyle(this.element);
    const colour = (name: string): string => style.getPropertyValue(`--tg-${name}`).trim();
    const theme = `${colour("edge")} ${dots}`;
    if (this.specks?.scene !== scene || this.specks.theme !== theme) {
      this.specks = { scene, theme };
      this.sketch(scene, colour, dots);
    }
    if (this.element.width !== WIDTH * dots) this.element.width = WIDTH * dots;
    if (this.element.height !== HEIGHT * dots) this.element.height = HEIGHT * dots;
    const { k, x, y } = this.scale(scene);
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.clearRect(0, 0, this.element.width, this.element.height);
    to.drawImage(this.picture, 0, 0);
    to.setTransform(dots, 0, 0, dots, 0, 0);
    const [width, height] = this.room;
    to.strokeStyle = colour("accent");
    to.lineWidth = 1.6;
    to.strokeRect(
      (-camera.x / camera.k) * k + x,
      (-camera.y / camera.k) * k + y,
      Math.max(4, (width / camera.k) * k),
      Math.max(4, (height / camera.k) * k),
    );
  }

  private sketch(scene: Scene, colour: (name: string) => string, dots: number): void {
    this.picture.width = WIDTH * dots;
    this.picture.height = HEIGHT * dots;
    const to = this.picture.getContext("2d");
    if (!to) return;
    const { k, x, y } = this.scale(scene);
    to.setTransform(k * dots, 0, 0, k * dots, x * dots, y * dots);
    for (const [name, worth] of [
      ["edge", () => true],
      ["accent", (box: Box) => WORTH.some((mark) => box.marks.has(mark))],
    ] as const) {
      const path = new Path2D();
      for (const box of scene.boxes) if (worth(box)) speck(path, box, k);
      to.fillStyle = colour(name);
      to.fill(path);
    }
  }
}

const WORTH = ["found", "lit", "failed", "added", "running"] as const;

type Box = Scene["boxes"][number];

/** At least a pixel and a half in each direction. */
function speck(path: Path2D, { x, y, w, h: high }: Box, k: number): void {
  const [wide, tall] = [Math.max(w, 1.5 / k), Math.max(high, 1.5 / k)];
  path.rect(x - wide / 2, y - tall / 2, wide, tall);
}
