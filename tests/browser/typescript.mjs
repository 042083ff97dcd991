// What the TypeScript of the viewer makes of documents: node typescript.mjs FILE, one document a line.
// For each it tells the document as it was read, the last state, and how the nodes moved over the rewrites.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const extension = new URL("../../extension/", import.meta.url);
const require = createRequire(new URL("package.json", extension));
const esbuild = require("esbuild");

async function viewer() {
  const scratch = mkdtempSync(join(tmpdir(), "teachgraph-viewer-"));
  const outfile = join(scratch, "viewer.mjs");
  const contents = `
    export { read } from "./src/core/read.ts";
    export { History } from "./src/core/model.ts";
    export { Places } from "./src/core/places.ts";`;
  const stdin = { contents, resolveDir: extension.pathname, loader: "ts" };
  // without a worker the layout is done at once, which is what a measurement wants
  const alias = { "layout-worker": new URL("test/no-worker.ts", extension).pathname };
  await esbuild.build({ stdin, bundle: true, format: "esm", outfile, alias });
  const found = await import(pathToFileURL(outfile).href);
  rmSync(scratch, { recursive: true });
  return found;
}

/** Where each node stands in every state; undefined where it is not. */
function walk(Places, history, still) {
  const places = new Places(history, undefined, { direction: "down", still });
  const states = [];
  for (let k = 0; k <= history.length; k += 1) {
    places.get(k, ({ ids, placement }) => {
      states.push(new Map(ids.map((id, i) => [id, [placement.x[i], placement.y[i]]])));
    });
  }
  return states;
}

/** Pixels that surviving nodes move at a rewrite after the camera has followed: mean and most. */
function movement(states) {
  let [sum, count, most] = [0, 0, 0];
  states.slice(1).forEach((now, k) => {
    const shifts = [...now].flatMap(([id, [x, y]]) => {
      const was = states[k].get(id);
      return was ? [[x - was[0], y - was[1]]] : [];
    });
    const mean = [0, 1].map((c) => shifts.reduce((s, d) => s + d[c], 0) / (shifts.length || 1));
    for (const [dx, dy] of shifts) {
      most = Math.max(most, Math.hypot(dx, dy));
      sum += Math.hypot(dx - mean[0], dy - mean[1]);
      count += 1;
    }
  });
  return { mean: sum / (count || 1), most };
}

const { read, History, Places } = await viewer();
const answers = readFileSync(process.argv[2], "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => {
    const reading = read(JSON.parse(line));
    if ("fault" in reading) return reading;
    const history = new History(reading.document);
    const last = history.at(history.length);
    const back = history.at(0);
    const free = walk(Places, history, false);
    const lost = free.flatMap((places, k) =>
      [...history.at(k).nodes.keys()].filter((id) => !places.has(id)),
    );
    return {
      ...reading,
      last: [...last.nodes.values()],
      first: [...back.nodes.keys()],
      rewrites: history.length,
      lost,
      free: movement(free),
      still: movement(walk(Places, history, true)),
    };
  });
writeFileSync(1, JSON.stringify(answers));
