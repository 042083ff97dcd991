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

/** Up leads to a node that is read, down to a reader, left and right along the rank. */
export function walk(scene: Scene, from: string | null, direction: Direction): string | null {
  const here = scene.boxes.find((box) => box.id === from);
  if (!here) return start(scene);
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
  const box = scene.boxes.find((b) => b.output) ?? scene.boxes[0];
  return box?.id ?? null;
}

function beside(scene: Scene, here: Box, direction: "left" | "right"): string {
  const right = direction === "right";
  const row = scene.boxes.filter(
    (box) => box.y === here.y && (right ? box.x > here.x : box.x < here.x),
  );
  return nearest(row, here)?.id ?? here.id;
}

function nearest(boxes: readonly Box[], here: Box): Box | undefined {
  const far = (box: Box): number => Math.abs(box.x - here.x) + Math.abs(box.y - here.y);
  return [...boxes].sort((a, b) => far(a) - far(b))[0];
}
