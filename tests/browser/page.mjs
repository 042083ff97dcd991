// Drives a self-contained page: node page.mjs PAGE FOLDER. PAGE holds one logistic document.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, shown, violations } from "./browser.mjs";

const [, , file, folder] = process.argv;

await run({ viewport: { width: 1400, height: 1050 } }, async (page, clock) => {
  const root = page.locator(".tg-root");
  const look = () => root.evaluate(shown);
  const picture = (name) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const still = () => page.waitForTimeout(700); // the animation takes 520 ms

  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(".tg-node");
  clock("drawn");
  const start = await look();
  await picture("page");
  const light = await violations(page, ".tg-root");

  await page.locator(".tg-stage").last().focus();
  await page.keyboard.press("[");
  const back = await look();
  await still();
  await picture("page-step");
  await page.keyboard.press("Home");
  const home = await look();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  const walked = await look();
  await still();

  const slider = page.locator(".tg-timeline input");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  const slid = await look();
  await page.keyboard.press("End");

  await page.keyboard.press("Home");
  await page.keyboard.press(" ");
  await page.waitForFunction(
    () => document.querySelector(".tg-timeline .tg-position").textContent === "2 / 2",
  );
  const played = await look();
  await still();

  await page.locator(".tg-stage").first().locator('[data-id="a1"]').click();
  const clicked = await look();
  await page.getByRole("button", { name: "next node" }).click();
  await page.getByRole("button", { name: "next node" }).click();
  const evaluated = await root.locator(".tg-stepper pre").textContent();
  await page.getByText("Outline").click();
  await still();
  await picture("page-evaluated");

  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 520, height: 900 });
  await page.waitForFunction(() => document.querySelector(".tg-root").dataset.tgTheme === "dark");
  const stacked = await page.evaluate(() => {
    const [a, b] = [...document.querySelectorAll(".tg-pane")].map((x) => x.getBoundingClientRect());
    return b.top >= a.bottom && document.documentElement.scrollWidth <= window.innerWidth;
  });
  const dark = await violations(page, ".tg-root");
  await picture("page-dark-narrow");
  clock("end");
  return {
    start,
    back,
    home,
    walked,
    slid,
    played,
    clicked,
    evaluated,
    stacked,
    violations: { light, dark },
  };
});
