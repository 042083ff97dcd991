// A scene as a file of SVG that needs nothing else: colours and fonts are written into it.

import { ROW } from "../layout/layout";
import type { Box, Frame, Line, Mark, Scene } from "../render/scene";
import { TAIL } from "../render/scene";
import { arrow } from "../render/svg";

/** The colour of a name, such as `edge` or `added-fill`. */
export type Palette = (name: string) => string;

const MARGIN = 16;
const STROKED: readonly Mark[] = [
  "failed",
  "running",
  "added",
  "matched",
  "found",
  "joined",
  "lit",
  "rewired",
  "evaluated",
];
const FILLED: readonly Mark[] = ["failed", "running", "added", "matched", "evaluated"];

const STROKES: Readonly<Record<string, string>> = {
  fused: "added",
  scan: "accent",
  layer: "border",
};

export function svgText(scene: Scene, colour: Palette, title: string): string {
  const width = Math.ceil(scene.width + 2 * MARGIN);
  const height = Math.ceil(scene.height + 2 * MARGIN);
  const [left, top] = [Math.floor(scene.left - MARGIN), Math.floor(scene.top - MARGIN)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="${left} ${top} ${width} ${height}" font-family="sans-serif" text-anchor="middle">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${colour("stage")}"/>`,
    ...scene.frames.map((frame) => frameText(frame, colour)),
    ...scene.lines.map((line) => lineText(line, scene.right, colour)),
    ...scene.boxes.map((box) => boxText(box, scene.right, colour)),
    "</svg>",
  ].join("\n");
}

function frameText({ x, y, w, h, label, kind }: Frame, colour: Palette): string {
  const dashes: Readonly<Record<string, string>> = { fused: "7 3", layer: "2 4" };
  const dash = dashes[kind] ? ` stroke-dasharray="${dashes[kind]}"` : "";
  return (
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="10" fill="${colour("panel")}" ` +
    `stroke="${colour(STROKES[kind] ?? "rule")}" stroke-width="1.5"${dash}/>` +
    `<text x="${x + 10}" y="${y + 16}" font-size="12" font-weight="600" text-anchor="start" ` +
    `fill="${colour("quiet")}">${escaped(label)}</text>`
  );
}

function lineText(line: Line, right: boolean, colour: Palette): string {
  const lit = line.look === "lit";
  const stroke = colour(lit ? "accent" : "edge");
  const more = `${line.look === "back" ? ' stroke-dasharray="6 4"' : ""}${faint(line.look === "dim")}`;
  const [x, y] = line.middle;
  const label = line.label
    ? `<text x="${x}" y="${y + 4}" font-size="10.5" font-family="monospace" ` +
      `fill="${colour("text")}">${escaped(line.label)}</text>`
    : "";
  return (
    `<path d="${line.path}" fill="none" stroke="${stroke}" stroke-width="${lit ? 2.6 : 1.6}"${more}/>` +
    `<path d="${arrow(line, right)}" fill="${stroke}"${faint(line.look === "dim")}/>${label}`
  );
}

function boxText(box: Box, right: boolean, colour: Palette): string {
  const { x, y, w, h, node } = box;
  const radius = node.kind === "input" ? h / 2 : node.kind === "constant" ? 2 : 7;
  const stroked = STROKED.find((mark) => box.marks.has(mark));
  const filled = FILLED.find((mark) => box.marks.has(mark));
  const fill = box.marks.has("gone") ? "none" : colour(filled ? `${filled}-fill` : node.kind);
  const dash = box.marks.has("gone") ? ' stroke-dasharray="5 4"' : "";
  const stroke = colour(stroked ?? (box.marks.has("gone") ? "gone" : "border"));
  const inner =
    node.kind === "shared"
      ? `<rect x="${x - w / 2 + 3.5}" y="${y - h / 2 + 3.5}" width="${w - 7}" height="${h - 7}" ` +
        `rx="4" fill="none" stroke="${colour("border")}"/>`
      : "";
  return (
    `<g${faint(box.marks.has("dim"))}><rect x="${x - w / 2}" y="${y - h / 2}" width="${w}" height="${h}" ` +
    `rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${stroked ? 2.8 : 1.4}"${dash}/>${inner}` +
    `<text x="${x}" y="${y + (box.below ? -3 : 5)}" font-size="15" font-weight="600" ` +
    `fill="${colour("text")}">${escaped(box.label)}</text>` +
    `<text x="${x}" y="${y + 14}" font-size="11" font-family="monospace" ` +
    `fill="${colour("quiet")}">${escaped(box.below)}</text>${tailText(box, right, colour)}</g>`
  );
}

function tailText(box: Box, right: boolean, colour: Palette): string {
  if (!box.tails.length) return "";
  const { x, y, w } = box;
  const [sx, sy] = right ? [x + w / 2, y] : [x, y + ROW / 2];
  const [ex, ey] = right ? [sx + TAIL - 6, sy] : [sx, sy + TAIL - 6];
  const [tx, ty] = right ? [ex + 5, ey + 4] : [ex + 10, ey];
  const head = right
    ? `M${ex - 8} ${ey - 5}L${ex} ${ey}L${ex - 8} ${ey + 5}Z`
    : `M${ex - 5} ${ey - 8}L${ex} ${ey}L${ex + 5} ${ey - 8}Z`;
  return (
    `<path d="M${sx} ${sy}L${ex} ${ey}" stroke="${colour("edge")}" stroke-width="1.6"/>` +
    `<path d="${head}" fill="${colour("edge")}"/>` +
    `<text x="${tx}" y="${ty}" font-size="12" font-style="italic" text-anchor="start" ` +
    `fill="${colour("quiet")}">${escaped(box.tails.join(", "))}</text>`
  );
}

const faint = (is: boolean): string => (is ? ' opacity="0.28"' : "");

/** Text that may stand in XML; signs that XML forbids are left out. */
export function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
