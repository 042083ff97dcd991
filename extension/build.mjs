// Builds what the Python package ships: the widget, the script of the self-contained page, and the
// prebuilt labextension. Nothing but esbuild is needed, and the same sources give the same bytes.

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const PACKAGE = path.join(here, "..", "teachgraph");
const STATIC = "view/static";
const LAB = "labextension";

/** Modules that JupyterLab shares with its extensions. */
const SHARED = [
  "@lumino/widgets",
  "@jupyterlab/apputils",
  "@jupyterlab/notebook",
  "@jupyterlab/settingregistry",
];

const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  minify: true,
  target: "es2023",
  write: false,
};

async function bundle(entry, options) {
  const result = await esbuild.build({ ...common, entryPoints: [entry], ...options });
  return result.outputFiles[0].text;
}

/** A style sheet as a string, without its comments and blanks. */
const css = {
  name: "css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const source = await fs.promises.readFile(file, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** `import source from "layout-worker"` is the bundled worker as a string. */
const worker = {
  name: "worker",
  setup(build) {
    build.onResolve({ filter: /^layout-worker$/ }, () => ({ path: "worker", namespace: "worker" }));
    build.onLoad({ filter: /.*/, namespace: "worker" }, async () => ({
      contents: (await bundle("src/core/layout/worker.ts", { format: "iife" })).trim(),
      loader: "text",
    }));
  },
};

const plugins = [css, worker];

/** The entry that JupyterLab loads: a container that gives modules once their shared ones are there. */
async function remoteEntry() {
  const code = await bundle("src/hosts/remote.ts", { plugins, format: "cjs", external: SHARED });
  return `(() => {
"use strict";
let shared = {};
let modules;
const loaded = {};
const newest = (name) => {
  const versions = shared[name] ?? {};
  const names = Object.keys(versions).sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return versions[names.find((one) => versions[one].loaded) ?? names[names.length - 1]];
};
const load = async (name) => {
  const found = newest(name);
  if (!found) throw new Error("teachgraph: JupyterLab does not share " + name);
  loaded[name] ??= (await found.get())();
};
const needs = { "./mimeExtension": ["@lumino/widgets"], "./extension": ${JSON.stringify(SHARED)} };
const define = (module, require) => {${code.trim()}
return module.exports;};
(window._JUPYTERLAB ??= {})["teachgraph"] = {
  init(scope) { shared = scope; },
  async get(name) {
    await Promise.all((needs[name] ?? []).map(load));
    modules ??= define({ exports: {} }, (one) => loaded[one]).modules;
    return () => ({ __esModule: true, ...modules[name]() });
  },
};
})();
`;
}

function labPackage(version, entry) {
  const _build = { load: entry, extension: "./extension", mimeExtension: "./mimeExtension" };
  const jupyterlab = { extension: true, mimeExtension: true, schemaDir: "schema", _build };
  const about = {
    name: "teachgraph",
    version,
    description: "Draws the computation graphs of teachgraph.",
    license: "BSD-3-Clause",
    jupyterlab,
  };
  return JSON.stringify(about, null, 2) + "\n";
}

/** Every built file, by its path in the Python package. */
export async function outputs() {
  const { version } = JSON.parse(fs.readFileSync(path.join(here, "package.json"), "utf8"));
  const [widget, standalone, remote] = await Promise.all([
    bundle("src/hosts/widget.ts", { plugins, format: "esm" }),
    bundle("src/hosts/standalone.ts", { plugins, format: "iife" }),
    remoteEntry(),
  ]);
  const hash = createHash("sha256").update(remote).digest("hex").slice(0, 16);
  const entry = `static/remoteEntry.${hash}.js`;
  const about = labPackage(version, entry);
  const schema = fs.readFileSync(path.join(here, "schema/panel.json"), "utf8");
  return new Map([
    [`${STATIC}/widget.js`, widget],
    [`${STATIC}/standalone.js`, standalone],
    [`${LAB}/${entry}`, remote],
    [`${LAB}/static/standalone.js`, standalone],
    [`${LAB}/package.json`, about],
    [`${LAB}/schemas/teachgraph/package.json.orig`, about],
    [`${LAB}/schemas/teachgraph/panel.json`, schema],
    [
      `${LAB}/install.json`,
      JSON.stringify({ packageManager: "python", packageName: "teachgraph" }) + "\n",
    ],
  ]);
}

async function main() {
  const built = await outputs();
  for (const folder of [STATIC, LAB]) {
    fs.rmSync(path.join(PACKAGE, folder), { recursive: true, force: true });
  }
  for (const [name, text] of built) {
    const target = path.join(PACKAGE, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    console.log(`${String(Buffer.byteLength(text)).padStart(8)} bytes  ${name}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
