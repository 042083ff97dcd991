// Which part of a scene a pane shows: a point of the scene lies at k * point + (x, y) on the screen.

import type { Box, Scene } from "./scene";

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

const MARGIN = 18;
const SMALLEST = 0.002;
const LARGEST = 4;
/** A small graph is not blown up beyond this when it is fitted. */
const LARGEST_FIT = 1.35;

export function fit(scene: Scene, width: number, height: number): Camera {
  const room = Math.min(
    (width - 2 * MARGIN) / Math.max(1, scene.width),
    (height - 2 * MARGIN) / Math.max(1, scene.height),
  );
  const k = Math.max(SMALLEST, Math.min(LARGEST_FIT, room));
  return {
    k,
    x: width / 2 - (scene.left + scene.width / 2) * k,
    y: height / 2 - (scene.top + scene.height / 2) * k,
  };
}

/** Below this scale labels cannot be read across a room. */
const READABLE = 0.55;

/** The whole scene if it can be read so, else the boxes that matter now as large as they fit. */
export function focus(scene: Scene, boxes: readonly Box[], width: number, height: number): Camera {
  const whole = fit(scene, width, height);
  if (whole.k >= READABLE || !boxes.length) return whole;
  const sides = (at: (box: Box) => number, half: (box: Box) => number) => [
    Math.min(...boxes.map((box) => at(box) - half(box))),
    Math.max(...boxes.map((box) => at(box) + half(box))),
  ];
  const [left, right] = sides(
    (box) => box.x,
    (box) => box.w / 2,
  ) as [number, number];
  const [top, bottom] = sides(
    (box) => box.y,
    (box) => box.h,
  ) as [number, number];
  const part = { left, top, width: right - left, height: bottom - top };
  const near = fit({ ...scene, ...part }, width, height);
  const k = Math.min(near.k, 1);
  if (k <= whole.k) return whole;
  return zoom(near, k / near.k, width / 2, height / 2);
}

/** A picture smaller than this is no more than a shape. */
const SHAPELESS = 0.12;

/** The whole scene, unless nothing in it could be read: then its last output, large enough to be read. */
export function legible(whole: Camera, scene: Scene, width: number, height: number): Camera {
  const box = scene.boxes.findLast(({ tails }) => tails.length > 0) ?? scene.boxes.at(-1);
  if (whole.k >= SHAPELESS || !box) return whole;
  const [x, y] = scene.right ? [width * 0.75, height / 2] : [width / 2, height * 0.8];
  return { k: READABLE, x: x - box.x * READABLE, y: y - box.y * READABLE };
}

/** Grows by `factor` and leaves the point under (x, y) where it is. */
export function zoom(camera: Camera, factor: number, x: number, y: number): Camera {
  const k = Math.max(SMALLEST, Math.min(LARGEST, camera.k * factor));
  const real = k / camera.k;
  return { k, x: x - (x - camera.x) * real, y: y - (y - camera.y) * real };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** Moves as little as needed to bring a point of the scene into view, near enough to be read. */
export function reveal(camera: Camera, px: number, py: number, width: number, height: number) {
  if (camera.k < READABLE) {
    const k = READABLE * 1.3;
    return { k, x: width / 2 - px * k, y: height / 2 - py * k };
  }
  const [sx, sy] = [px * camera.k + camera.x, py * camera.k + camera.y];
  const inside = (at: number, size: number): number => {
    const edge = Math.min(60, size / 3);
    return at < edge ? edge - at : at > size - edge ? size - edge - at : 0;
  };
  return pan(camera, inside(sx, width), inside(sy, height));
}
