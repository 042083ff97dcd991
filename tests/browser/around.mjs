// Tries what is around a viewer in JupyterLab or Notebook 7: node around.mjs lab|notebook URL NOTEBOOK.

import { kernel, run } from "./browser.mjs";
import { AROUND, Lab, SETTINGS } from "./checks_lab.mjs";

const [, , where, url, notebook] = process.argv;
const only = process.env.ONLY?.split(",");

await run({ viewport: { width: 1500, height: 1100 }, reducedMotion: "reduce" }, async (page) => {
  page.setDefaultTimeout(6_000);
  const path = where === "lab" ? `/lab/tree/${notebook}?reset` : `/notebooks/${notebook}`;
  await page.goto(url + path, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 120_000 });
  await kernel(page);
  await page.evaluate(() => void globalThis.jupyterapp.commands.execute("notebook:run-all-cells"));
  await page.waitForFunction(
    () =>
      globalThis.jupyterapp.shell.currentWidget.content.widgets.every(
        ({ model }) => model.executionCount !== null,
      ),
    null,
    { timeout: 120_000 },
  );
  const lab = new Lab(page);
  const told = {};
  for (const [feature, ways] of Object.entries({
    ...AROUND,
    ...(where === "lab" ? SETTINGS : {}),
  })) {
    if (only && !only.some((one) => feature.includes(one))) continue;
    told[feature] = {};
    for (const [way, check] of Object.entries(ways)) {
      try {
        told[feature][way] = await check(lab);
      } catch (error) {
        told[feature][way] = String(error.message).slice(0, 400);
      }
      if (only || told[feature][way] !== true) console.error(feature, way, told[feature][way]);
    }
  }
  return { told };
});
