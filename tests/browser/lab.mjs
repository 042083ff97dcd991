// Runs a notebook in JupyterLab and looks at the graphs that it draws:
// node lab.mjs URL NOTEBOOK FOLDER [how many viewers to wait for]

import { join } from "node:path";
import { kernel, open, run, shown, violations } from "./browser.mjs";

const [, , url, notebook, folder, wanted = "1"] = process.argv;
const MIME = "application/vnd.teachgraph.v1+json";
const VIEWER = ".jp-OutputArea [data-teachgraph-host] .tg-root";
const name = notebook.replace(/.*\//, "").replace(/\.ipynb$/, "");

/** Scrolls a viewer to the top, also while the notebook above it is still growing. */
async function toTop(page, viewer) {
  for (let i = 0; i < 3; i += 1) {
    await viewer.evaluate((root) => root.scrollIntoView({ block: "start" }));
    await page.waitForTimeout(400);
  }
}

await run({ viewport: { width: 1500, height: 1100 } }, async (page, clock) => {
  await open(page, url, notebook);
  await page.evaluate(async () => {
    const { commands, shell } = globalThis.jupyterapp;
    shell.collapseLeft();
    await commands.execute("apputils:change-theme", { theme: "JupyterLab Light" });
  });
  clock("opened");
  const saved = await page.evaluate(async (type) => {
    const { context, content } = globalThis.jupyterapp.shell.currentWidget;
    await context.ready;
    const outputs = content.widgets.flatMap(({ model }) => model.toJSON().outputs ?? []);
    return outputs.filter(({ data }) => data?.[type]).length;
  }, MIME);
  // what was saved is drawn before anything runs
  await page.waitForFunction(
    ([selector, count]) => document.querySelectorAll(selector).length >= count,
    [`${VIEWER} [data-nodes]`, saved],
  );

  await kernel(page);
  clock("kernel");
  await page.evaluate(() =>
    globalThis.jupyterapp.commands.execute("notebook:clear-all-cell-outputs"),
  );
  // not awaited: the command ends only when every cell has run
  await page.evaluate(() => void globalThis.jupyterapp.commands.execute("notebook:run-all-cells"));
  await page.waitForFunction(
    ([type, count]) => {
      const cells = globalThis.jupyterapp.shell.currentWidget.content.widgets;
      const outputs = cells.flatMap(({ model }) => model.toJSON().outputs ?? []);
      const shown = outputs.filter(({ data }) => data?.[type]).length;
      const code = cells.filter(({ model }) => model.type === "code" && model.sharedModel.source);
      const failed = outputs.some(({ output_type }) => output_type === "error");
      return failed || (shown >= count && code.every(({ model }) => model.executionCount !== null));
    },
    [MIME, Number(wanted)],
    { timeout: 150_000 },
  );
  const failed = await page.evaluate(() => {
    const cells = globalThis.jupyterapp.shell.currentWidget.content.widgets;
    const outputs = cells.flatMap(({ model }) => model.toJSON().outputs ?? []);
    return outputs.filter((one) => one.output_type === "error").map(({ evalue }) => evalue);
  });
  if (failed.length) throw new Error(failed.join("; "));
  // JupyterLab draws only the cells that are near to what is on the screen
  await page.evaluate(async (type) => {
    const { content } = globalThis.jupyterapp.shell.currentWidget;
    const holds = ({ model }) => model.toJSON().outputs?.some(({ data }) => data?.[type]);
    const index = content.widgets.findIndex(holds);
    content.activeCellIndex = index;
    await content.scrollToItem(index, "start");
  }, MIME);
  await page.waitForFunction(
    ([selector, count]) => document.querySelectorAll(selector).length >= count,
    [`${VIEWER} [data-nodes]`, Number(wanted)],
    { timeout: 20_000 },
  );
  clock("drawn");

  const both = page.locator(VIEWER).filter({ has: page.locator(".tg-two") });
  const viewer = ((await both.count()) ? both : page.locator(VIEWER)).first();
  await toTop(page, viewer);
  await page.screenshot({ path: join(folder, `lab-${name}.png`) });
  const start = await viewer.evaluate(shown);
  // in command mode "0 0" restarts the kernel and "d d" deletes the cell; not from inside a viewer
  await viewer.locator(".tg-stage:visible").last().focus();
  for (const key of ["0", "0", "d", "d", "["]) await page.keyboard.press(key);
  const stepped = await viewer.evaluate(shown);
  const dialogs = await page.locator(".jp-Dialog").count();
  const cells = await page.locator(".jp-Notebook .jp-CodeCell").count();
  const light = await violations(page, VIEWER);

  await page.evaluate(() =>
    globalThis.jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" }),
  );
  await page.waitForFunction(
    (selector) => document.querySelector(selector)?.dataset.tgTheme === "dark",
    VIEWER,
  );
  await toTop(page, viewer);
  const dark = await violations(page, VIEWER);
  await page.screenshot({ path: join(folder, `lab-${name}-dark.png`) });

  await page.evaluate(() => globalThis.jupyterapp.commands.execute("teachgraph:show-last-graph"));
  const panel = '[data-teachgraph-host="panel"] .tg-root';
  await page.waitForSelector(panel);
  const beside = await page.locator(panel).evaluate(shown);
  await page.screenshot({ path: join(folder, `lab-${name}-panel.png`) });
  clock("end");
  return { saved, start, stepped, dialogs, cells, beside, violations: { light, dark } };
});
