// Calls that are paused while they run: node pausing.mjs URL NOTEBOOK FOLDER

import { join } from "node:path";
import { kernel, open, run, violations } from "./browser.mjs";

const [, , url, notebook, folder] = process.argv;
const VIEWER = '[data-teachgraph-host="widget"]';
const LEAD = ".tg-call:not([hidden])";

await run({ viewport: { width: 1500, height: 1100 } }, async (page, clock) => {
  const facts = {};
  await open(page, url, notebook);
  await page.evaluate(() => globalThis.jupyterapp.shell.collapseLeft());
  await kernel(page);
  clock("kernel");
  /** Starts a cell and does not wait for its end. */
  const start = (index) =>
    page.evaluate((i) => {
      const app = globalThis.jupyterapp;
      app.shell.currentWidget.content.activeCellIndex = i;
      void app.commands.execute("notebook:run-cell");
    }, index);
  /** What a cell printed, once it is done. */
  const printed = async (index) => {
    await page.waitForFunction(
      (i) => {
        const { content } = globalThis.jupyterapp.shell.currentWidget;
        const { model } = content.widgets[i];
        const [prompt] = content.widgets[i].node.getElementsByClassName("jp-InputPrompt");
        return model.executionCount !== null && !prompt.textContent.includes("*");
      },
      index,
      { timeout: 60_000 },
    );
    return page.evaluate((i) => {
      const { outputs } = globalThis.jupyterapp.shell.currentWidget.content.widgets[i].model;
      return outputs
        .toJSON()
        .map(({ text, evalue }) => [text ?? evalue ?? ""].flat().join(""))
        .join("");
    }, index);
  };
  const viewer = page.locator(VIEWER).first();
  const paused = (words) =>
    page.waitForFunction(
      ([selector, text]) =>
        [...document.querySelectorAll(`${selector} .tg-call[data-state=paused] .tg-call-words`)]
          .at(-1)
          ?.textContent.includes(text),
      [VIEWER, words],
      { timeout: 30_000 },
    );
  const words = () => viewer.locator(".tg-call-words").textContent();
  const shown = (selector) => viewer.locator(`.tg-stepper ${selector}`).first().textContent();

  await start(0);
  await printed(0);
  await start(1);
  await viewer.locator("[data-nodes]").first().waitFor({ timeout: 60_000 });
  await page.waitForSelector(`${VIEWER}[data-teachgraph-answers]`, { timeout: 30_000 });
  clock("answers");

  // a call stops at its breakpoint, inside of a loop
  await start(2);
  await paused("turn 2 of scan");
  clock("paused");
  facts.words = await words();
  facts.place = await shown(".tg-values .tg-quiet");
  facts.value = await shown(".tg-values pre");
  await page.locator(LEAD).scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(folder, "pausing-loop.png") });
  facts.violations = await violations(page, `${VIEWER} .tg-root`);

  // a key leads it on by one node, and the focus stays where it is
  await viewer.locator(".tg-stage:visible").last().focus();
  const began = Date.now();
  await page.keyboard.press("n");
  await page.waitForFunction(
    ([selector, was]) =>
      document.querySelector(`${selector} .tg-call-words`)?.textContent !== was &&
      document.querySelector(`${selector} .tg-call[data-state=paused]`),
    [VIEWER, facts.words],
  );
  facts.step = Date.now() - began;
  facts.next = await words();
  facts.focus = await page.evaluate(
    () => document.activeElement.className.baseVal ?? document.activeElement.className,
  );
  await page.keyboard.press("o");
  await paused("after scan");
  facts.out = await words();

  // a condition of the reader, then on to the end
  await viewer.locator(".tg-breakpoints summary").click();
  await viewer.locator(".tg-breakpoints input[type=text]").fill("op = tanh");
  await page.keyboard.press("Enter");
  await viewer.getByRole("button", { name: "run the paused call to the next breakpoint" }).click();
  await paused("tanh");
  facts.condition = await words();
  await viewer.getByRole("button", { name: /without stopping/ }).click();
  facts.done = await printed(2);
  await viewer.locator(".tg-call[data-state=over]").waitFor();
  facts.over = await words();
  await page.screenshot({ path: join(folder, "pausing-over.png") });

  // step(..., live=True) brings a viewer of its own, in the cell that waits
  await start(3);
  await page.waitForFunction(
    (selector) => document.querySelectorAll(`${selector} .tg-call[data-state=paused]`).length === 1,
    VIEWER,
    { timeout: 30_000 },
  );
  const second = page.locator(VIEWER).last();
  facts.first = await second.locator(".tg-call-words").textContent();
  await second.getByRole("button", { name: /without stopping/ }).click();
  facts.stepped = await printed(3);
  // what is saved is the whole run, for a reader without a kernel
  facts.saved = await page.evaluate((type) => {
    const { outputs } = globalThis.jupyterapp.shell.currentWidget.content.widgets[3].model;
    const found = outputs.toJSON().flatMap(({ data }) => data?.[type] ?? []);
    return found.map(({ timeline }) => timeline.filter(({ t }) => t === "eval").length);
  }, "application/vnd.teachgraph.v1+json");

  // an interrupt from the viewer
  await start(4);
  await page.waitForFunction(
    (selector) => document.querySelectorAll(`${selector} .tg-call[data-state=paused]`).length === 1,
    VIEWER,
    { timeout: 30_000 },
  );
  await page
    .locator(VIEWER)
    .last()
    .getByRole("button", { name: /interrupt/ })
    .click();
  facts.stopped = await printed(4);

  // Run All in a new kernel: nobody has said hello yet, so nothing waits
  await page.evaluate(async () => {
    const { context, content } = globalThis.jupyterapp.shell.currentWidget;
    await context.sessionContext.restartKernel();
    await context.sessionContext.session.kernel.info;
    for (const { model } of content.widgets) model.type === "code" && model.clearExecution();
  });
  await page.evaluate(() => void globalThis.jupyterapp.commands.execute("notebook:run-all-cells"));
  await page.waitForTimeout(1000);
  facts.all = await printed(3);
  clock("end");
  return facts;
});
