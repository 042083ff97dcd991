// Tries every feature of a viewer by mouse and by keyboard, where a page or a notebook shows three of them:
// node features.mjs page FILE | node features.mjs lab|notebook URL NOTEBOOK. Tells for each feature and way
// whether it worked, or what was seen instead.

import { pathToFileURL } from "node:url";
import { kernel, run, violations } from "./browser.mjs";
import { Reader } from "./checks.mjs";
import { PICTURE } from "./checks_picture.mjs";
import { FAILURE, LIVE_RUN, RUN } from "./checks_run.mjs";
import { LIVE_FUNCTION, TIMELINE } from "./checks_timeline.mjs";

const [, , where, source, notebook] = process.argv;
const only = process.env.ONLY?.split(",");

/** The viewer whose title begins so; JupyterLab draws only the cells that are on the screen. */
async function viewer(page, title, cell) {
  if (cell !== undefined) {
    await page.evaluate(async (index) => {
      const { content } = globalThis.jupyterapp.shell.currentWidget;
      content.activeCellIndex = index;
      await content.scrollToItem(index, "start");
    }, cell);
  }
  const has = page.locator(".tg-title", { hasText: title });
  const root = page.locator(".tg-root:not(.tg-side)").filter({ has }).first();
  await root.locator(".tg-node").first().waitFor({ timeout: 60_000 });
  return new Reader(page, root);
}

/** The page or JupyterLab in another theme. */
async function coloured(page, theme, live) {
  if (!live) await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  else {
    await page.evaluate(
      (name) =>
        void globalThis.jupyterapp.commands.execute("apputils:change-theme", { theme: name }),
      `JupyterLab ${theme === "dark" ? "Dark" : "Light"}`,
    );
  }
  await page.waitForFunction(
    (wanted) => document.querySelector(".tg-root:not(.tg-side)")?.dataset.tgTheme === wanted,
    theme,
  );
}

async function tried(reader, checks, told) {
  for (const [feature, ways] of Object.entries(checks)) {
    if (only && !only.some((one) => feature.includes(one))) continue;
    told[feature] = {};
    for (const [way, check] of Object.entries(ways)) {
      const began = Date.now();
      try {
        told[feature][way] = await check(reader);
      } catch (error) {
        told[feature][way] = String(error.message).slice(0, 400);
      }
      if (process.env.ONLY || told[feature][way] !== true)
        console.error(feature, way, told[feature][way], Date.now() - began);
    }
  }
}

await run(
  { viewport: { width: 1500, height: 1100 }, reducedMotion: "reduce", acceptDownloads: true },
  async (page) => {
    page.setDefaultTimeout(4_000);
    if (where === "page") await page.goto(pathToFileURL(source).href);
    else {
      const path = where === "lab" ? `/lab/tree/${notebook}?reset` : `/notebooks/${notebook}`;
      await page.goto(source + path, { waitUntil: "domcontentloaded" });
      await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 120_000 });
      await kernel(page);
      await page.evaluate(
        () => void globalThis.jupyterapp.commands.execute("notebook:run-all-cells"),
      );
      await page.waitForFunction(
        () => {
          const { widgets } = globalThis.jupyterapp.shell.currentWidget.content;
          return widgets.every(({ model }) => model.executionCount !== null);
        },
        null,
        { timeout: 120_000 },
      );
      await page.evaluate(() => globalThis.jupyterapp.shell.collapseLeft?.());
    }
    const told = {};
    const cells = where === "page" ? [] : [1, 2, 3];
    const live = where !== "page";
    const shown = await viewer(page, "train", cells[0]);
    await tried(shown, { ...PICTURE, ...TIMELINE, ...(live ? LIVE_FUNCTION : {}) }, told);
    const ran = await viewer(page, "loop", cells[1]);
    await tried(ran, { ...RUN, ...(live ? LIVE_RUN : {}) }, told);
    const failed = await viewer(page, "images", cells[2]);
    await tried(failed, FAILURE, told);
    const judged = {};
    for (const theme of ["light", "dark"]) {
      judged[theme] = {};
      await coloured(page, theme, live);
      for (const [name, title, cell] of [
        ["function", "train", cells[0]],
        ["run", "loop", cells[1]],
        ["error", "images", cells[2]],
      ]) {
        const { root } = await viewer(page, title, cell);
        await root.evaluate((one, id) => {
          one.id = id;
          for (const part of one.querySelectorAll("details")) part.open = true;
        }, `judged-${name}`);
        await page.waitForTimeout(400);
        judged[theme][name] = await violations(page, `#judged-${name}`);
      }
    }
    await page.setViewportSize({ width: 640, height: 500 });
    await page.waitForTimeout(500);
    const wide = await page
      .locator(".tg-root:not(.tg-side)")
      .evaluateAll((all) => all.map((root) => root.scrollWidth - root.clientWidth));
    return { told, judged, wide };
  },
);
