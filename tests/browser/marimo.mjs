// A widget in marimo: node marimo.mjs URL FOLDER. The app shows one live function.

import { join } from "node:path";
import { run, shown } from "./browser.mjs";

const [, , url, folder] = process.argv;

await run({ viewport: { width: 1300, height: 1000 } }, async (page, clock) => {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  // marimo keeps widgets in shadow roots, into which these selectors look
  const root = page.locator(".tg-root").first();
  await root.locator(".tg-node").first().waitFor({ timeout: 90_000 });
  clock("drawn");
  const start = await root.evaluate(shown);
  await root.locator(".tg-stage").last().focus();
  await page.keyboard.press("[");
  await page.waitForTimeout(700);
  const back = await root.evaluate(shown);
  await page.screenshot({ path: join(folder, "marimo.png") });
  return { start, back };
});
