// What every script here shares: Chromium with a profile of its own, and one answer in JSON.

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(new URL("../../extension/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a page, hands it to `drive`, prints what that returns and what the page complained of. */
export async function run(options, drive) {
  const began = Date.now();
  const profile = mkdtempSync(join(tmpdir(), "teachgraph-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    args: FLAGS,
    ...options,
  });
  const errors = [];
  const times = {};
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    const clock = (name) => (times[name] = Date.now() - began);
    const facts = await drive(page, clock);
    console.log(JSON.stringify({ ...facts, errors, times }));
  } catch (error) {
    // what the page looked like when it failed helps more than the words of a timeout
    const seen = new URL("out/failed.png", import.meta.url).pathname;
    await context.pages()[0]?.screenshot({ path: seen });
    throw error;
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Names of the accessibility rules that a part of the page breaks. */
export async function violations(page, selector) {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
  return page.evaluate(async (root) => {
    const { violations } = await globalThis.axe.run(root);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`);
  }, selector);
}

/** What a viewer shows, in words. */
export function shown(root) {
  const text = (selector) => root.querySelector(selector)?.textContent ?? "";
  const stages = [...root.querySelectorAll(".tg-pane:not([hidden]) .tg-stage")];
  return {
    title: text(".tg-title"),
    labels: stages.map((stage) =>
      [...stage.querySelectorAll("[data-id] .tg-label")].map((label) => label.textContent).sort(),
    ),
    position: text(".tg-timeline .tg-position"),
    rule: text(".tg-explain .tg-rule"),
    said: text(".tg-live"),
    selected: text(".tg-inspector .tg-rule"),
    theme: root.dataset.tgTheme,
  };
}

/** Opens a notebook in JupyterLab. */
export async function open(page, url, notebook) {
  await page.goto(`${url}/lab/tree/${notebook}?reset`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 120_000 });
}

/** Waits until the kernel of the open notebook answers. */
export async function kernel(page) {
  await page.waitForFunction(
    () => globalThis.jupyterapp?.commands.hasCommand("notebook:run-all-cells"),
    null,
    { timeout: 60_000 },
  );
  await page.evaluate(async () => {
    const { sessionContext } = globalThis.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
  });
}
