// Times of the viewer in Chromium and of its layout in node; prints one line of JSON.
// node measure.mjs FOLDER: FOLDER holds pages named NODES.html and rewrites.html, and NODES.json.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const extension = new URL("../../extension/", import.meta.url);
const require = createRequire(new URL("package.json", extension));
const { chromium } = require("playwright-core");
const esbuild = require("esbuild");

const [, , folder, ...sizes] = process.argv;
const FRAMES = 60;
const REPEATS = 3;

/** The layout and what makes its requests, as a module that node can load. */
async function layoutModule() {
  const scratch = mkdtempSync(join(tmpdir(), "teachgraph-layout-"));
  const outfile = join(scratch, "layout.mjs");
  const contents = `
    export { place } from "./src/core/layout/nested.ts";
    export { requestOf } from "./src/core/render/scene.ts";
    export { start } from "./src/core/model.ts";`;
  await esbuild.build({
    stdin: { contents, resolveDir: extension.pathname, loader: "ts" },
    bundle: true,
    format: "esm",
    outfile,
  });
  const found = await import(pathToFileURL(outfile).href);
  rmSync(scratch, { recursive: true });
  return found;
}

const best = (times) => Math.round(10 * Math.min(...times)) / 10;

/** Milliseconds of processor time for one layout, the best of some. */
function layoutTime({ place, requestOf, start }, file) {
  const state = start(JSON.parse(readFileSync(file, "utf8")).graphs.g0);
  const order = new Map([...state.nodes.keys()].map((id, i) => [id, i]));
  const { request } = requestOf(state, order, () => null);
  const times = [];
  for (let i = 0; i < REPEATS; i += 1) {
    const begin = process.cpuUsage();
    place(request);
    const { user, system } = process.cpuUsage(begin);
    times.push((user + system) / 1000);
  }
  return best(times);
}

async function opened(browser, file) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(pathToFileURL(file).href);
  const drawn = await page.evaluate(
    () =>
      new Promise((done) => {
        const look = () => {
          const stage = document.querySelector(".tg-pane:not([hidden]) .tg-stage");
          if (stage?.dataset.nodes) requestAnimationFrame(() => done(performance.now()));
          else setTimeout(look, 2);
        };
        look();
      }),
  );
  return { page, drawn };
}

/** Milliseconds of work of the page's main thread for one frame of zooming, and of panning. */
async function frames(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const found = {};
  for (const kind of ["zoom", "pan"]) {
    const before = await worked();
    await page.evaluate(
      async ([how, count]) => {
        const stage = [...document.querySelectorAll(".tg-stage")].find((x) => x.clientWidth);
        const { left, top } = stage.getBoundingClientRect();
        const at = (i) => ({
          clientX: left + 200 + i,
          clientY: top + 200 + i,
          bubbles: true,
          buttons: 1,
        });
        if (how === "pan") stage.dispatchEvent(new PointerEvent("pointerdown", at(0)));
        for (let i = 1; i <= count; i += 1) {
          if (how === "pan") stage.dispatchEvent(new PointerEvent("pointermove", at(4 * (i % 30))));
          else {
            const key = i % 30 < 15 ? "+" : "-";
            stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          }
          await new Promise((done) => requestAnimationFrame(done));
        }
        if (how === "pan") stage.dispatchEvent(new PointerEvent("pointerup", at(0)));
      },
      [kind, FRAMES],
    );
    found[kind] = best([((await worked()) - before) / FRAMES]);
  }
  return found;
}

/** Milliseconds from the key to the end of its work, for each step of a timeline: the best of some. */
async function steps(page) {
  return page.evaluate((repeats) => {
    const stage = [...document.querySelectorAll(".tg-stage")].at(-1);
    const press = (key) =>
      stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const slider = document.querySelector(".tg-timeline input");
    const best = [];
    for (let i = 0; i < repeats; i += 1) {
      press("Home");
      for (let k = 0; Number(slider.value) < Number(slider.max); k += 1) {
        const begin = performance.now();
        press("]");
        best[k] = Math.min(best[k] ?? Infinity, performance.now() - begin);
      }
    }
    const sorted = [...best].sort((a, b) => a - b);
    const longest = sorted.at(-1);
    const at = best.indexOf(longest) + 1;
    return { steps: best.length, median: sorted[best.length >> 1], longest, at };
  }, REPEATS);
}

/** Milliseconds from the key to the end of its work, for steps of an evaluation, the best of some. */
async function evaluation(page) {
  return page.evaluate((repeats) => {
    const stage = [...document.querySelectorAll(".tg-stage")].at(-1);
    const press = (key) =>
      stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const all = Number(
      document.querySelector(".tg-stepper .tg-position").textContent.split("/")[1],
    );
    const start = [...document.querySelectorAll("button")].find(
      (one) => one.getAttribute("aria-label") === "to the start of the evaluation",
    );
    // into everything, from the start, a hundred steps; then the same in what is left
    const best = [];
    for (let i = 0; i < repeats; i += 1) {
      start.click();
      for (let k = 0; k < Math.min(all, 300); k += 1) {
        const begin = performance.now();
        const into = document.querySelector('[aria-label="into the inner graph"]');
        press(
          into.getAttribute("aria-disabled") === "true" || into.disabled ? "n" : k % 2 ? "e" : "n",
        );
        best[k] = Math.min(best[k] ?? Infinity, performance.now() - begin);
      }
    }
    const sorted = [...best].sort((a, b) => a - b);
    return { steps: best.length, median: sorted[best.length >> 1], longest: sorted.at(-1) };
  }, REPEATS);
}

const module_ = await layoutModule();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
});
const results = {};
for (const size of sizes) {
  const layout = layoutTime(module_, join(folder, `${size}.json`));
  const times = [];
  let frame;
  for (let i = 0; i < REPEATS; i += 1) {
    const { page, drawn } = await opened(browser, join(folder, `${size}.html`));
    times.push(drawn);
    if (i === REPEATS - 1) frame = await frames(page);
    await page.close();
  }
  results[size] = { layout, drawn: best(times), ...frame };
}
const { page } = await opened(browser, join(folder, "rewrites.html"));
results.timeline = await steps(page);
for (const name of ["chain", "loop"]) {
  const { page: run } = await opened(browser, join(folder, `${name}.html`));
  results[name] = await evaluation(run);
  await run.close();
}
await browser.close();
console.log(JSON.stringify(results));
