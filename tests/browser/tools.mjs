// Every tool of the viewer on a page that stands alone: node tools.mjs PAGE FOLDER. PAGE holds a run of a
// training function with a fused kernel and a loop to unfold.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, violations } from "./browser.mjs";

const [, , file, folder] = process.argv;

await run({ viewport: { width: 1280, height: 1000 }, acceptDownloads: true }, async (page) => {
  const root = page.locator(".tg-root");
  const stage = page.locator(".tg-stage").last();
  const press = async (...keys) => {
    await stage.focus();
    for (const key of keys) await page.keyboard.press(key);
  };
  const count = (selector) => root.locator(selector).count();
  const text = (selector) => root.locator(selector).first().textContent();
  const still = () => page.waitForTimeout(700);
  const broken = {};
  const judge = async (name) => {
    await still();
    await page.screenshot({ path: join(folder, `tools-${name}.png`), fullPage: true });
    broken[name] = await violations(page, ".tg-root");
  };
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(".tg-node");
  const facts = {};

  // search by mouse, follow by key
  await root.locator(".tg-search input").fill("op:dot");
  await page.keyboard.press("Enter");
  facts.found = await text(".tg-found-count");
  await press("a");
  facts.lit = await count(".tg-pane:last-child .tg-node.tg-lit");
  facts.dim = await count(".tg-pane:last-child .tg-node.tg-dim");
  await judge("follow");
  await press("Escape");

  // the hover card comes by resting the pointer on a node
  await press("0");
  await still();
  await root.locator(".tg-pane:last-child .tg-node.tg-apply").last().hover();
  await page.waitForSelector(".tg-hover:not([hidden])");
  facts.hover = await text(".tg-hover .tg-rule");
  await judge("hover");
  await page.mouse.move(2, 2);

  // a line of code lights its nodes
  await root.locator(".tg-code .tg-live-line").first().click();
  facts.lined = await count(".tg-node.tg-lit");
  await root.locator(".tg-code .tg-live-line").first().click();

  // unfold, turn, types on the edges
  await press("u");
  facts.frames = await count(".tg-pane:last-child .tg-frame");
  await press("r", "t", "0");
  await judge("unfolded");
  facts.types = await count(".tg-pane:last-child .tg-edge text:not(:empty)");
  await press("u", "r", "t");

  // nothing moves
  await press("l", "Home");
  const places = () =>
    page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll(".tg-pane:last-child [data-id]")].map((node) => [
          node.dataset.id,
          node.style.transform,
        ]),
      ),
    );
  const first = await places();
  await press("End");
  const last = await places();
  facts.moved = Object.keys(first).filter((id) => last[id] && last[id] !== first[id]);
  facts.stayed = Object.keys(first).filter((id) => last[id]).length;
  await press("l");

  // step, into the statements, a breakpoint, memory
  await press("n", "n", "n", "n", "n", "n");
  await root.locator(".tg-breakpoints summary").click();
  await root.locator(".tg-breakpoints input[type=text]").fill("op = exp or op = Sum");
  await page.keyboard.press("Enter");
  await root.getByRole("button", { name: "run to the next breakpoint" }).click();
  facts.stopped = await text(".tg-stepper .tg-rule");
  await press("e", "n");
  facts.statement = await text(".tg-statements .tg-here code");
  await root.locator(".tg-memory summary").click();
  facts.bars = await count(".tg-bar");
  await judge("stepper");
  await press("o");

  // files
  const saved = {};
  for (const name of ["save as svg", "save as png", "save as dot", "save as tikz"]) {
    await press("s");
    const waiting = page.waitForEvent("download");
    await root.getByRole("button", { name, exact: true }).click();
    const path = join(folder, `saved-${(await waiting).suggestedFilename()}`);
    await (await waiting).saveAs(path);
    saved[name.slice(8)] = (await readFile(path)).length;
  }
  facts.saved = saved;
  await press("s");
  const waiting = page.waitForEvent("download");
  await root.getByRole("button", { name: /works offline/ }).click();
  const offline = join(folder, "saved-page.html");
  await (await waiting).saveAs(offline);
  await page.keyboard.press("Escape");

  // the quiz by keyboard alone
  await press("Home", "Shift+Q");
  await root.getByRole("button", { name: "next rewrite" }).press("Enter");
  await page.keyboard.press("Space");
  await judge("quiz");
  await root.getByRole("button", { name: "check" }).press("Enter");
  facts.score = await text(".tg-quiz .tg-quiet");
  await press("Shift+Q");

  // the presentation
  await press("Home", "Shift+P", "PageDown", "PageDown");
  facts.presented = await text(".tg-timeline .tg-position");
  facts.size = await root.evaluate((one) => getComputedStyle(one).fontSize);
  await judge("present");
  await press("Escape");

  // dark, and as small as a window of 1280 pixels at 200 %
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 640, height: 500 });
  await judge("zoomed-dark");
  facts.fits = await page.evaluate(
    () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
  );

  // what was saved works on its own, without a network
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(offline).href);
  await page.waitForSelector(".tg-node");
  facts.offline = await text(".tg-title");
  facts.again = await text(".tg-stepper .tg-position");
  await writeFile(join(folder, "tools.json"), JSON.stringify(facts, null, 2));
  return { ...facts, violations: broken };
});
