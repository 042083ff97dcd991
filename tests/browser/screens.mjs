// Pictures of views, small, and how far they are from those that are kept:
// node screens.mjs PAGES GOLDEN 0|1. PAGES holds NAME.html; GOLDEN holds NAME.png, or gets them (1).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, violations } from "./browser.mjs";

const [, , pages, golden, update] = process.argv;
const SIZE = { width: 1100, height: 1000 };
const KEPT = 550;
const BLOCKS = [44, 40];

/** What is done in each view before it is looked at: keys, and the colours of the page. */
const VIEWS = {
  rewrite: { keys: ["Home", "]", "]"] },
  layers: { keys: ["r"] },
  error: { keys: [] },
  stepper: { keys: ["n", "n", "n", "n", "n", "n"] },
  unfolded: { keys: ["u"] },
  presentation: { keys: ["P", "Home", "]"], dark: true },
};

/** A picture made smaller, and the mean colour of each of its blocks. */
async function shrunk(page, png, [width, height], [columns, rows]) {
  const source = `data:image/png;base64,${png.toString("base64")}`;
  return page.evaluate(
    async ([url, size, grid]) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const drawn = ([w, h]) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
        const to = canvas.getContext("2d", { willReadFrequently: true });
        to.imageSmoothingQuality = "high";
        to.drawImage(image, 0, 0, w, h);
        return [canvas, to];
      };
      const [canvas] = drawn(size);
      const [, blocks] = drawn(grid);
      return [canvas.toDataURL("image/png"), [...blocks.getImageData(0, 0, ...grid).data]];
    },
    [source, [width, height], [columns, rows]],
  );
}

await run({ viewport: SIZE, reducedMotion: "reduce" }, async (page) => {
  const blank = await page.context().newPage();
  const found = {};
  mkdirSync(golden, { recursive: true });
  for (const [name, { keys, dark }] of Object.entries(VIEWS)) {
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
    await page.goto(pathToFileURL(join(pages, `${name}.html`)).href);
    await page.waitForSelector(".tg-node");
    await page.locator(".tg-stage:visible").last().focus();
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForTimeout(300);
    const size = [KEPT, Math.round((KEPT * SIZE.height) / SIZE.width)];
    const [small, blocks] = await shrunk(blank, await page.screenshot(), size, BLOCKS);
    const file = join(golden, `${name}.png`);
    if (update === "1") writeFileSync(file, Buffer.from(small.split(",")[1], "base64"));
    const kept = existsSync(file) ? await shrunk(blank, readFileSync(file), size, BLOCKS) : null;
    const far = kept && blocks.map((value, i) => Math.abs(value - kept[1][i]));
    found[name] = {
      differs: far && far.reduce((sum, one) => sum + one, 0) / far.length / 255,
      violations: await violations(page, ".tg-root"),
    };
  }
  return { found };
});
