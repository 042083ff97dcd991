// A picture as a file: hands it to the browser to be saved.

import type { Scene } from "../render/scene";
import { strings } from "../strings";
import { type Palette, svgText } from "./svg";
import { dotText, tikzText } from "./text";

export const FORMATS = ["svg", "png", "dot", "tikz", "html"] as const;
export type Format = (typeof FORMATS)[number];

const TYPES = {
  svg: "image/svg+xml",
  png: "image/png",
  dot: "text/vnd.graphviz",
  tikz: "text/x-tex",
  html: "text/html",
} as const;

const ENDS = { svg: "svg", png: "png", dot: "dot", tikz: "tex", html: "html" } as const;
/** More pixels than this in either direction no browser paints. */
const LARGEST_PNG = 8_000;

/** The text of a picture in a format that is text. */
export function textOf(format: "svg" | "dot" | "tikz", scene: Scene, title: string, look: Palette) {
  if (format === "svg") return svgText(scene, look, title);
  return format === "dot" ? dotText(scene, title) : tikzText(scene, title);
}

/** The colours that an element shows. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--tg-${name}`).trim() || "#888888";
}

/** Saves a picture; for a page, `page` makes it. */
export async function save(
  format: Format,
  scene: Scene,
  title: string,
  look: Palette,
  page: () => Promise<string>,
): Promise<void> {
  const name = `${
    title
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "graph"
  }.${ENDS[format]}`;
  if (format === "png") handOut(await png(svgText(scene, look, title), scene), name);
  else {
    const text = format === "html" ? await page() : textOf(format, scene, title, look);
    handOut(new Blob([text], { type: TYPES[format] }), name);
  }
}

function handOut(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The SVG at twice its size, for a projector. */
async function png(svg: string, scene: Scene): Promise<Blob> {
  const largest = Math.max(scene.width, scene.height, 1) + 40;
  const scale = Math.min(2, LARGEST_PNG / largest);
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: TYPES.svg }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(image.width * scale);
    canvas.height = Math.ceil(image.height * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, TYPES.png));
    if (!blob) throw new Error(strings.tooLarge);
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}
