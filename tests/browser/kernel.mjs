// The side panel, the toolbar button, the settings, a repair and the live widget, in JupyterLab or
// Notebook 7: node kernel.mjs URL NOTEBOOK FOLDER lab|notebook. The notebook's cells make variables, show an
// error document, and show a live stepper and a live function.

import { join } from "node:path";
import { kernel, run, violations } from "./browser.mjs";

const [, , url, notebook, folder, where] = process.argv;
const lab = where === "lab";
const SIDE = '[data-teachgraph-host="side"] .tg-root';
const WIDGET = '[data-teachgraph-host="widget"] .tg-root';
const PANEL = '[data-teachgraph-host="panel"] .tg-root';

await run({ viewport: { width: 1500, height: 1100 } }, async (page, clock) => {
  const path = lab ? `/lab/tree/${notebook}?reset` : `/notebooks/${notebook}`;
  const count = () => page.locator(".jp-Notebook .jp-CodeCell").count();
  const text = (root, selector) => page.locator(`${root} ${selector}`).first().textContent();
  await page.goto(url + path, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 120_000 });
  await kernel(page);
  clock("kernel");
  await page.evaluate(() => void globalThis.jupyterapp.commands.execute("notebook:run-all-cells"));
  await page.waitForFunction(
    (selector) =>
      document.querySelectorAll(selector).length >= 2 ||
      document.querySelector('[data-mime-type="application/vnd.jupyter.error"]'),
    `${WIDGET} [data-nodes]`,
    { timeout: 60_000 },
  );
  const failed = page.locator('[data-mime-type="application/vnd.jupyter.error"]');
  if (await failed.count()) throw new Error(await failed.first().textContent());
  clock("run");

  // the button of the toolbar opens the side panel, which lists what the kernel holds
  await page.locator('jp-button[data-command="teachgraph:show-kernel"]').first().click();
  await page.waitForSelector(`${SIDE} [data-name]`, { timeout: 30_000 });
  const names = await page
    .locator(`${SIDE} [data-name]`)
    .evaluateAll((all) => all.map((one) => one.dataset.name));
  const side = await violations(page, SIDE);
  // by keyboard: the functions come first, and Enter draws one
  await page.locator(`${SIDE} [data-name]`).first().focus();
  for (const key of ["End", "Home", "Enter"]) await page.keyboard.press(key);
  await page.waitForSelector(`${PANEL} [data-nodes]`);
  const drawn = await text(PANEL, ".tg-title");
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, `${where}-side.png`) });
  const theme = (name) =>
    page.evaluate((theme) => {
      void globalThis.jupyterapp.commands.execute("apputils:change-theme", { theme });
    }, `JupyterLab ${name}`);
  await theme("Dark");
  await page.waitForFunction(
    (selector) => document.querySelector(selector)?.dataset.tgTheme === "dark",
    SIDE,
  );
  const sideDark = await violations(page, SIDE);
  const sideways = await page
    .locator(SIDE)
    .evaluate((root) => root.scrollWidth - root.clientWidth + root.scrollLeft);
  await page.screenshot({ path: join(folder, `${where}-side-dark.png`) });
  await theme("Light");
  await page.waitForFunction(
    (selector) => document.querySelector(selector)?.dataset.tgTheme === "light",
    SIDE,
  );
  await page.evaluate(() => {
    const { shell } = globalThis.jupyterapp;
    for (const area of ["main", "right"]) {
      for (const widget of shell.widgets(area)) {
        if (widget.id.startsWith("teachgraph-panel")) widget.dispose();
      }
    }
    shell.collapseLeft();
    shell.collapseRight?.();
  });

  // a repair goes into a new cell below its own
  const before = await count();
  const repair = page.getByRole("button", { name: "put it into a new cell" }).first();
  await repair.scrollIntoViewIfNeeded();
  await repair.click();
  await page.waitForFunction(
    (n) => document.querySelectorAll(".jp-Notebook .jp-CodeCell").length === n,
    before + 1,
  );
  const repaired = await page.evaluate(() => {
    const { widgets } = globalThis.jupyterapp.shell.currentWidget.content;
    return widgets.findIndex(({ model }) => model.sharedModel.source.startsWith("bias.set_value"));
  });

  // the stepper: a slider changes an input and the kernel evaluates again
  const stepper = page.locator(WIDGET).nth(0);
  await stepper.scrollIntoViewIfNeeded();
  await stepper.locator(".tg-stage").last().focus();
  await page.keyboard.press("n");
  const values = () => stepper.locator(".tg-stepper .tg-values pre").first().textContent();
  const was = await values();
  const slider = stepper.locator('.tg-sliders input[type="range"]');
  await slider.focus();
  await page.keyboard.press("End");
  await page.waitForFunction(
    ([root, old]) =>
      document.querySelector(`${root} .tg-stepper .tg-values pre`)?.textContent !== old,
    [WIDGET, was],
    { timeout: 30_000 },
  );
  const turned = [was, await values()];
  clock("turned");

  // the function: a rule is switched off, and the kernel optimizes again
  const live = page.locator(WIDGET).nth(1);
  const rewrites = () => live.locator(".tg-timeline .tg-position").textContent();
  const all = await rewrites();
  await live.locator(".tg-switches input").first().scrollIntoViewIfNeeded();
  await live.locator(".tg-stage").last().focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("]");
  await live.locator(".tg-switches input").first().uncheck();
  await page.waitForFunction(
    ([root, old]) =>
      document.querySelectorAll(root)[1].querySelector(".tg-timeline .tg-position").textContent !==
      old,
    [WIDGET, `1 / ${all.split(" / ")[1]}`],
    { timeout: 30_000 },
  );
  const without = await rewrites();
  await live.getByRole("button", { name: "show near misses" }).click();
  await live
    .getByRole("button", { name: "show near misses" })
    .waitFor({ state: "detached", timeout: 30_000 });
  await page.screenshot({ path: join(folder, `${where}-live.png`) });

  // the settings turn every viewer
  await page.evaluate(async () => {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const answer = await fetch(`${config.fullSettingsUrl}/teachgraph:panel`);
    globalThis.schemaFound = answer.ok && "direction" in (await answer.json()).schema.properties;
  });
  const schema = await page.evaluate(() => globalThis.schemaFound);
  clock("end");
  return { names, side, sideDark, sideways, drawn, repaired, turned, all, without, schema };
});
