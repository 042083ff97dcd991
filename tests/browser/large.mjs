// Draws a large document and measures it: node large.mjs PAGE FOLDER.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "./browser.mjs";

const [, , file, folder] = process.argv;
const FRAMES = 60;

await run({ viewport: { width: 1400, height: 1050 } }, async (page, clock) => {
  await page.goto(pathToFileURL(file).href);
  clock("loaded");
  await page.waitForFunction(
    () => document.querySelector(".tg-pane:not([hidden]) .tg-stage")?.dataset.nodes,
  );
  clock("drawn");
  await page.waitForTimeout(200);
  await page.screenshot({ path: join(folder, "large.png"), fullPage: true });
  const nodes = await page
    .locator(".tg-stage:visible")
    .first()
    .evaluate((x) => x.dataset.nodes);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  /** Milliseconds of processor time that the main thread of the page has taken so far. */
  const worked = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const before = await worked();
  await page.evaluate(async (count) => {
    const stage = [...document.querySelectorAll(".tg-stage")].find((x) => x.clientWidth);
    for (let i = 0; i < count; i += 1) {
      const key = i % 30 < 15 ? "+" : "-";
      stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await new Promise((done) => requestAnimationFrame(done));
    }
  }, FRAMES);
  const frame = ((await worked()) - before) / FRAMES;
  const workers = page.workers().length;
  return { nodes: Number(nodes), workers, frame };
});
