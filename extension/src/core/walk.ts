// Walking along the edges of a picture with the arrow keys.

import type { Box, Scene } from "./render/scene";

export type Direction = "up" | "down" | "left" | "right";

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

export function directionOf(key: string): Direction | undefined {
  return KEYS[key];
}

/** The same walk in a picture that goes to the right. */
const TURNED: Readonly<Record<Direction, Direction>> = {
  left: "up",
  right: "down",
  up: "left",
  down: "right",
};

/** Up leads to a node that is read, down to a reader, left and right along the rank. */
export function walk(scene: Scene, from: string | null, pressed: Direction): string | null {
  const here = scene.boxes.find((box) => box.id === from);
  if (!here) return start(scene);
  const direction = scene.right ? TURNED[pressed] : pressed;
  if (direction === "left" || direction === "right") return beside(scene, here, direction);
  const up = direction === "up";
  const next = scene.lines
    .filter((line) => (up ? line.to : line.from) === here.id)
    .map((line) => (up ? line.from : line.to));
  const boxes = scene.boxes.filter((box) => next.includes(box.id));
  return nearest(boxes, here)?.id ?? here.id;
}

/** The last output, where an expression is read from. */
function start(scene: Scene): string | null {
  const box = scene.boxes.find((b) => b.tails.length > 0) ?? scene.boxes[0];
  return box?.id ?? null;
}

function beside(scene: Scene, here: Box, direction: "left" | "right"): string {
  const sign = direction === "right" ? 1 : -1;
  const along = (box: Box): number => (scene.right ? box.y : box.x);
  const across = (box: Box): number => (scene.right ? box.x : box.y);
  const row = scene.boxes.filter(
    (box) => across(box) === across(here) && sign * (along(box) - along(here)) > 0,
  );
  return nearest(row, here)?.id ?? here.id;
}

function nearest(boxes: readonly Box[], here: Box): Box | undefined {
  const far = (box: Box): number => Math.abs(box.x - here.x) + Math.abs(box.y - here.y);
  return [...boxes].sort((a, b) => far(a) - far(b))[0];
}
