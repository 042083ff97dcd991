// What a reader can do with the rewrites of a function, and around them.

import { box, changes, differs, is, like, more, SETTLE, ticked, until } from "./checks.mjs";

export const TIMELINE = {
  "one rewrite back and on": {
    mouse: async (r) => {
      await r.rest();
      return changes(
        () => r.where(),
        () => r.button("one rewrite back"),
        () => r.button("one rewrite on"),
      );
    },
    keyboard: (r) =>
      changes(
        () => r.where(),
        () => r.press("["),
        () => r.press("]"),
      ),
  },
  "first and last state": {
    mouse: async (r) => {
      await r.button("to the first state");
      const seen = await r.where();
      await r.button("to the last state");
      return like(`${seen}, ${await r.where()}`, /^0 \/ (\d+), \1 \/ \1$/);
    },
    keyboard: async (r) => {
      await r.press("Home");
      const seen = await r.where();
      await r.press("End");
      return like(`${seen}, ${await r.where()}`, /^0 \/ (\d+), \1 \/ \1$/);
    },
  },
  "play and pause": {
    mouse: async (r) => {
      await r.button("to the first state");
      await r.button("play the rewrites");
      await r.button("pause");
      return like(await r.where(), /^[1-9]/);
    },
    keyboard: async (r) => {
      await r.press("Home", "Space", "Space");
      return like(await r.where(), /^[1-9]/);
    },
  },
  "jump to a pass": {
    mouse: async (r) => {
      await r.press("Home");
      await r.click(".tg-pass");
      return like(await r.where(), /^[1-9]/);
    },
    keyboard: async (r) => {
      await r.press("Home", "}");
      return like(await r.where(), /^[1-9]/);
    },
  },
  "slide to a step": {
    mouse: async (r) => {
      await r.press("End");
      const slider = r.at(".tg-timeline input");
      const { width, height } = await slider.boundingBox();
      const to = { position: { x: width / 3, y: height / 2 } };
      return changes(
        () => r.where(),
        () => slider.click(to),
        () => r.press("End"),
      );
    },
    keyboard: async (r) => {
      await r.press("End");
      await r.at(".tg-timeline input").focus();
      return changes(
        () => r.where(),
        () => r.page.keyboard.press("ArrowLeft"),
      );
    },
  },
  "only one rule": { mouse: (r) => limit(r, false), keyboard: (r) => limit(r, true) },
  "only what happened to a node": {
    mouse: (r) => limit(r, false, "node"),
    keyboard: (r) => limit(r, true, "node"),
  },
  "only what happened in a region": {
    mouse: (r) => limit(r, false, "region"),
    keyboard: (r) => limit(r, true, "region"),
  },
  "the life of a node": {
    mouse: (r) => life(r, false),
    keyboard: (r) => life(r, true),
  },
  "both pictures together": box("both pictures move together", "k", ticked("both pictures")),
  "nothing moves": box("nothing moves", "l", ticked("nothing moves")),
  "time of rules and passes": {
    mouse: (r) => times(r, false),
    keyboard: (r) => times(r, true),
  },
  presentation: {
    mouse: async (r) => {
      await r.press("Home");
      await r.menu();
      await r.root.getByRole("checkbox", { name: "presentation" }).click();
      await r.page.waitForTimeout(SETTLE);
      const seen = await r.count(".tg-present");
      await r.press("Escape");
      return is(seen, 1);
    },
    keyboard: async (r) => {
      await r.press("Home", "Shift+P", "PageDown");
      const seen = [await r.count(".tg-present"), await r.where()];
      await r.press("Escape");
      return like(seen.join(" "), /^1 1 \//);
    },
  },
  quiz: { mouse: (r) => quiz(r, false), keyboard: (r) => quiz(r, true) },
  "list of keys": {
    mouse: async (r) => {
      await r.unfold(".tg-keys");
      const seen = await r.root.locator(".tg-keys dl").isVisible();
      await r.unfold(".tg-keys");
      return is(seen, true);
    },
    keyboard: async (r) => {
      await r.press("?");
      const seen = await r.root.locator(".tg-keys dl").isVisible();
      await r.press("?");
      return is(seen, true);
    },
  },
};

async function limit(r, key, kind) {
  await r.rest();
  if (kind) await r.press("ArrowUp");
  const list = ".tg-limits select";
  const value = kind ?? (await r.at(list).evaluate((one) => one.options[3].value));
  await r.choose(list, value, key);
  const seen = await r.text(".tg-limits .tg-quiet");
  await r.at(list).selectOption("all");
  return like(seen, /^\d+ of \d+$/);
}

async function life(r, key) {
  await r.rest();
  await r.climb(async () => (await r.count(".tg-life")) > 0);
  await r.unfold(".tg-life", key);
  const was = await r.where();
  const row = r.root.locator(".tg-life li button").first();
  if (key) {
    await row.focus();
    await r.page.keyboard.press("Enter");
  } else await row.click();
  await r.page.waitForTimeout(SETTLE);
  const now = await r.where();
  await r.rest();
  return differs(was, now);
}

async function times(r, key) {
  await r.unfold(".tg-times", key);
  const seen = await r.text(".tg-times tbody");
  const rule = r.root.locator(".tg-times .tg-link").first();
  if (key) {
    await rule.focus();
    await r.page.keyboard.press("Enter");
  } else await rule.click();
  const limited = await r.text(".tg-limits .tg-quiet");
  await r.at(".tg-limits select").selectOption("all");
  await r.unfold(".tg-times", key);
  return /µs|ms/.test(seen) && /^\d+ of \d+$/.test(limited) ? true : `${seen}; ${limited}`;
}

async function quiz(r, key) {
  await r.press("Home");
  if (key) await r.press("Shift+Q");
  else await r.option("quiz");
  await r.button("next rewrite", key);
  const choice = r.root.locator(".tg-choice input").first();
  if (key) {
    await choice.focus();
    await r.page.keyboard.press("Space");
  } else await choice.click();
  await r.button("check", key);
  const seen = await r.text(".tg-quiz .tg-quiet");
  if (key) await r.press("Shift+Q");
  else await r.option("quiz");
  await r.rest();
  return like(seen, /of \d+ right/);
}

/** What a kernel must answer. */

export const LIVE_FUNCTION = {
  "near misses": {
    mouse: (r) => misses(r, false),
    keyboard: (r) => misses(r, true),
  },
  "a rule switched off": {
    mouse: (r) => off(r, false),
    keyboard: (r) => off(r, true),
  },
};

async function misses(r, key) {
  const ask = r.root.getByRole("button", { name: "show near misses" });
  if (await ask.count()) await r.button("show near misses", key);
  for (let i = 0; i < 60 && (await ask.count()); i += 1) await r.page.waitForTimeout(150);
  await r.press("Home");
  if (!(await r.count(".tg-declined"))) {
    const next = r.root.getByRole("button", { name: /^to the near miss/ });
    if (key) {
      await next.focus();
      await r.page.keyboard.press("Enter");
    } else await next.click();
    await r.page.waitForTimeout(SETTLE);
  }
  await r.unfold(".tg-declined", key);
  return more(await r.count(".tg-declined li"));
}

async function off(r, key) {
  await r.press("Home", "]");
  const total = async () => (await r.where()).split(" / ")[1];
  const was = await total();
  const box = () => r.root.locator(".tg-switches input").first();
  const press = async () => {
    if (!key) return box().click();
    await box().focus();
    return r.page.keyboard.press("Space");
  };
  await press();
  const now = await until(r, total, was);
  await press();
  await until(r, total, now);
  return differs(was, now);
}
