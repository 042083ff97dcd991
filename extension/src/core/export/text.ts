// A scene for Graphviz and for TikZ.

import type { Box, Scene } from "../render/scene";

const SHAPES = { input: "oval", shared: "box", constant: "plaintext", apply: "box" } as const;

/** How the frames of each kind are drawn, in the words of both languages. */
const DASHES: Readonly<Record<string, string>> = { fused: "dashed", layer: "dotted" };

export function dotText(scene: Scene, title: string): string {
  const name = new Map(scene.boxes.map((box, i) => [box.id, `n${i}`]));
  const node = (box: Box): string => {
    const label = [box.label, box.below].filter(Boolean).map(quoted).join("\\n");
    const twice = box.node.kind === "shared" ? " peripheries=2" : "";
    const style = box.node.kind === "apply" ? " style=rounded" : "";
    return `${name.get(box.id)} [label="${label}" shape=${SHAPES[box.node.kind]}${twice}${style}];`;
  };
  const framed = new Set(scene.frames.map(({ key }) => key));
  const inside = (around: string | null): string[] => [
    ...scene.boxes
      .filter(({ node: { group } }) => (framed.has(group ?? "") ? group : null) === around)
      .map((box) => `  ${node(box)}`),
    ...scene.frames.flatMap(({ key, label, kind, parent }, i) =>
      (framed.has(parent ?? "") ? parent : null) !== around
        ? []
        : [
            `  subgraph cluster_${i} {`,
            `    label="${quoted(label)}"; style="rounded,${DASHES[kind] ?? "solid"}";`,
            ...inside(key).map((line) => `  ${line}`),
            "  }",
          ],
    ),
  ];
  return [
    `digraph "${quoted(title)}" {`,
    `  rankdir=${scene.right ? "LR" : "TB"};`,
    '  node [fontname="sans-serif"];',
    ...inside(null),
    ...scene.lines.map(({ from, to, look, label }) => {
      const style = look === "back" ? "style=dashed constraint=false " : "";
      const text = label ? `label="${quoted(label)}"` : "";
      const more = style || text ? ` [${style}${text}]` : "";
      return `  ${name.get(from)} -> ${name.get(to)}${more};`;
    }),
    ...scene.boxes.flatMap((box) =>
      box.tails.map((tail, i) => {
        const out = `${name.get(box.id)}_out${i}`;
        return `  ${out} [label="${quoted(tail)}" shape=none]; ${name.get(box.id)} -> ${out};`;
      }),
    ),
    "}",
    "",
  ].join("\n");
}

const quoted = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/\s+/g, " ");

/** Pixels in a centimetre of a printed page, so that a picture of 480 pixels is 12 wide. */
const PIXELS = 40;

/** A picture for LaTeX with `\usepackage{tikz}`; places are those on screen. */
export function tikzText(scene: Scene, title: string): string {
  const cm = (pixels: number): string => (pixels / PIXELS).toFixed(2);
  const at = (x: number, y: number): string => `(${cm(x)}, ${cm(-y)})`;
  const name = new Map(scene.boxes.map((box, i) => [box.id, `n${i}`]));
  const [out, into] = scene.right ? ["east", "west"] : ["south", "north"];
  const bend = scene.right ? "out=0, in=180" : "out=-90, in=90";
  return [
    `% ${title.replace(/\s+/g, " ")}`,
    "\\begin{tikzpicture}[>=stealth, every node/.style={align=center, font=\\sffamily\\small},",
    "  input/.style={draw, rounded corners=8pt}, shared/.style={draw, double},",
    "  constant/.style={draw=gray}, apply/.style={draw, rounded corners=2pt}]",
    ...scene.frames.map(
      ({ x, y, w, h, label, kind }) =>
        `  \\draw[${DASHES[kind] ?? "solid"}, rounded corners] ${at(x, y)} rectangle ${at(x + w, y + h)} ` +
        `node[pos=0, anchor=north west] {${tex(label)}};`,
    ),
    ...scene.boxes.map(
      (box) =>
        `  \\node[${box.node.kind}] (${name.get(box.id)}) at ${at(box.x, box.y)} ` +
        `{${tex(box.label)}${box.below ? ` \\\\ {\\ttfamily\\tiny ${tex(box.below)}}` : ""}};`,
    ),
    ...scene.lines.map(({ from, to, look }) =>
      look === "back"
        ? `  \\draw[->, dashed] (${name.get(from)}.east) to[out=0, in=0] (${name.get(to)}.east);`
        : `  \\draw[->] (${name.get(from)}.${out}) to[${bend}] (${name.get(to)}.${into});`,
    ),
    ...scene.boxes.flatMap((box) =>
      box.tails.map((tail) => {
        const [dx, dy] = scene.right ? [0.8, 0] : [0, -0.6];
        return `  \\draw[->] (${name.get(box.id)}.${out}) -- ++(${dx}, ${dy}) node[right] {\\itshape ${tex(tail)}};`;
      }),
    ),
    "\\end{tikzpicture}",
    "",
  ].join("\n");
}

const TEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
};

/** Text that LaTeX sets as it is written. */
function tex(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, " ")
    .replace(/[\\~^<>{}$&#%_]/g, (sign) => TEX[sign] ?? `\\${sign}`);
}
