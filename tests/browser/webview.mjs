// The widget's module in frames as other hosts make them: node webview.mjs PAGE.... Each page has one frame, in
// which a widget is rendered by the contract of anywidget; tells for each what it showed.

import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { run, shown } from "./browser.mjs";

const pages = process.argv.slice(2);

await run({ viewport: { width: 1200, height: 1000 } }, async (page) => {
  const told = {};
  for (const file of pages) {
    const refused = [];
    const hear = (message) => message.type() === "error" && refused.push(message.text());
    page.on("console", hear);
    await page.goto(pathToFileURL(file).href);
    const frame = page.frameLocator("iframe");
    const roots = frame.locator(".tg-root");
    await roots.nth(1).locator(".tg-stage[data-nodes]").last().waitFor({ timeout: 30_000 });
    const root = roots.first();
    const start = await root.evaluate(shown);
    await root.locator(".tg-stage").last().focus();
    await page.keyboard.press("[");
    const back = await root.evaluate(shown);
    const large = await roots.nth(1).locator(".tg-stage").last().getAttribute("data-nodes");
    const dark = await root.evaluate((one) => one.dataset.tgTheme);
    const traits = await root.evaluate(() => globalThis.traits.step);
    page.off("console", hear);
    told[basename(file, ".html")] = { start, back, large, dark, traits, refused };
  }
  return { told };
});
