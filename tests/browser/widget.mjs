// Drives the widget in JupyterLab, and asks the kernel what came of it: node widget.mjs URL NOTEBOOK FOLDER.
// Its first cell makes the widget, the second prints its traits, the third sets them.

import { join } from "node:path";
import { kernel, open, run, shown } from "./browser.mjs";

const [, , url, notebook, folder] = process.argv;
const VIEWER = '[data-teachgraph-host="widget"] .tg-root';

await run({ viewport: { width: 1500, height: 1100 } }, async (page) => {
  const cell = (i) =>
    page.evaluate(async (index) => {
      const { commands, shell } = globalThis.jupyterapp;
      shell.currentWidget.content.activeCellIndex = index;
      await commands.execute("notebook:run-cell");
    }, i);
  const printed = () => page.locator(".jp-CodeCell").nth(1).locator("pre").last().textContent();

  await open(page, url, notebook);
  await kernel(page);
  await cell(0);
  const viewer = page.locator(VIEWER);
  await viewer.locator(".tg-node").first().waitFor({ timeout: 60_000 });
  const start = await viewer.evaluate(shown);
  await viewer.locator(".tg-stage").last().focus();
  await page.keyboard.press("[");
  await page.keyboard.press("ArrowUp");
  let told = "";
  // the two changes travel one after the other
  for (let i = 0; i < 20 && !told.includes("a3"); i += 1) {
    await cell(1);
    told = (await printed()).trim();
  }
  await cell(2);
  await page.waitForFunction(
    (root) => document.querySelector(`${root} .tg-timeline .tg-position`).textContent === "0 / 2",
    VIEWER,
  );
  const followed = await viewer.evaluate(shown);
  await page.screenshot({ path: join(folder, "lab-widget.png") });
  return { start, told, followed };
});
