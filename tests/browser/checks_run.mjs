// What a reader can do with an evaluation and with an error, by mouse and by keyboard.

import { changes, differs, like, more, SETTLE, until } from "./checks.mjs";

const step = (r) => r.text(".tg-stepper .tg-position");

/** Features of an evaluation; the viewer shows a run with a loop, a kernel and an input of one number. */
export const RUN = {
  "next and previous node": {
    mouse: (r) =>
      changes(
        () => step(r),
        () => r.button("next node"),
        () => r.button("one node back"),
      ),
    keyboard: (r) =>
      changes(
        () => step(r),
        () => r.press("n"),
        () => r.press("b"),
      ),
  },
  "play an evaluation": {
    mouse: async (r) => {
      const act = async () => {
        await r.button("play the evaluation");
        await r.page.waitForTimeout(2_500);
        const pause = r.root.getByRole("button", { name: "pause the evaluation" });
        if (await pause.count()) await pause.click();
      };
      return changes(() => step(r), act);
    },
    keyboard: (r) =>
      changes(
        () => step(r),
        () => r.press("b", "b", ".", "."),
      ),
  },
  "into and out of a node": {
    mouse: (r) =>
      inside(
        r,
        async () => {
          const into = "into the inner graph";
          if (await r.enabled(into)) await r.button(into);
        },
        () => r.button("out of the inner graph"),
      ),
    keyboard: (r) =>
      inside(
        r,
        () => r.press("e"),
        () => r.press("o"),
      ),
  },
  "run to a node": {
    mouse: async (r) => {
      await start(r);
      await r.press("0");
      await r.root.locator(".tg-pane:last-child .tg-node.tg-apply").last().click();
      return changes(
        () => step(r),
        () => r.button("run to the selected node"),
      );
    },
    keyboard: async (r) => {
      await start(r);
      await r.press("ArrowUp");
      return changes(
        () => step(r),
        () => r.press("g"),
      );
    },
  },
  "stop at a node": {
    mouse: (r) => stop(r, false),
    keyboard: (r) => stop(r, true),
  },
  "stop where a condition holds": {
    mouse: (r) => condition(r, false),
    keyboard: (r) => condition(r, true),
  },
  "watch a node": {
    mouse: (r) => watch(r, false),
    keyboard: (r) => watch(r, true),
  },
  "memory over the run": {
    mouse: (r) => memory(r, false),
    keyboard: (r) => memory(r, true),
  },
  "values and gradients": {
    mouse: (r) => gradients(r, async () => r.button("next node")),
    keyboard: (r) => gradients(r, async () => r.press("n")),
  },
};

async function start(r) {
  await r.rest();
  const first = "to the start of the evaluation";
  if (await r.enabled(first)) await r.button(first);
}

async function gradients(r, next) {
  await start(r);
  for (let i = 0; i < 12; i += 1) {
    await next();
    if (/gradient/.test(await r.text(".tg-stepper .tg-values, .tg-stepper .tg-both"))) return true;
    if (/gradient/.test(await r.text(".tg-stepper"))) return true;
  }
  return "no gradient beside any value";
}

async function inside(r, into, out) {
  await start(r);
  for (let i = 0; i < 30; i += 1) {
    await r.press("n");
    const was = [
      await step(r),
      await r.text(".tg-stepper .tg-rule"),
      await r.count(".tg-statements li"),
    ];
    await into();
    const now = [
      await step(r),
      await r.text(".tg-stepper .tg-rule"),
      await r.count(".tg-statements li"),
    ];
    if (String(was) === String(now)) continue;
    await out();
    return true;
  }
  return "there is nothing to go into";
}

async function stop(r, key) {
  await start(r);
  await r.press("ArrowUp");
  if (!key) {
    if (!(await r.root.locator(".tg-breakpoints").evaluate((one) => one.open)))
      await r.unfold(".tg-breakpoints");
    await r.button("stop at the selected node");
  } else await r.press("x");
  await r.button("run to the next breakpoint", key);
  const seen = [await r.count(".tg-breaks li"), await step(r)];
  if (key) await r.press("ArrowUp", "x");
  await clearBreaks(r);
  return seen[0] > 0 && !seen[1].startsWith("0 /") ? true : `${seen}`;
}

async function clearBreaks(r) {
  const away = r.root.locator(".tg-breaks li button[aria-label^='remove the breakpoint']");
  for (let i = 0; i < 8 && (await away.count()); i += 1) {
    await away.first().evaluate((one) => one.click());
  }
}

async function condition(r, key) {
  await start(r);
  if (!(await r.root.locator(".tg-breakpoints").evaluate((one) => one.open)))
    await r.unfold(".tg-breakpoints", key);
  const box = r.at(".tg-breakpoints input[type=text]");
  if (key) await box.focus();
  else await box.click();
  await r.page.keyboard.type("op = Sum");
  if (key) await r.page.keyboard.press("Enter");
  else await r.button("add breakpoint");
  await r.button("run to the next breakpoint", key);
  const seen = await r.text(".tg-stepper .tg-rule");
  await clearBreaks(r);
  return like(seen, /Sum/);
}

async function watch(r, key) {
  await start(r);
  await r.press("n", "n", "ArrowUp");
  if (!key) {
    if (!(await r.root.locator(".tg-breakpoints").evaluate((one) => one.open)))
      await r.unfold(".tg-breakpoints");
    await r.button("watch the selected node");
  } else await r.press("v");
  const seen = await r.count(".tg-watches li");
  const away = r.root.locator(".tg-watches li button[aria-label^='do not watch']");
  if (await away.count()) await away.first().evaluate((one) => one.click());
  return more(seen);
}

async function memory(r, key) {
  await r.unfold(".tg-memory", key);
  const seen = await r.count(".tg-memory .tg-bar");
  await r.unfold(".tg-memory", key);
  return more(seen);
}

/** Features of an error; the viewer shows one with a repair. */
export const FAILURE = {
  "how much a report tells": {
    mouse: (r) => verbosity(r, false),
    keyboard: (r) => verbosity(r, true),
  },
  "the nodes of a hint": {
    mouse: (r) => shows(r, false),
    keyboard: (r) => shows(r, true),
  },
};

async function verbosity(r, key) {
  const list = r.root.locator(".tg-failure select").first();
  await list.selectOption("low");
  const was = await r.text(".tg-report");
  if (key) {
    await list.focus();
    await r.page.keyboard.press("End");
  } else await list.selectOption("high");
  await r.page.waitForTimeout(SETTLE);
  return differs(was, await r.text(".tg-report"));
}

async function shows(r, key) {
  const made = r.root.getByRole("button", { name: /^show \d+ node/ }).first();
  if (!(await made.count())) return "there is no such button";
  if (key) {
    await made.focus();
    await r.page.keyboard.press("Enter");
  } else await made.click();
  await r.page.waitForTimeout(SETTLE);
  return more(await r.count(".tg-node:is(.tg-selected, .tg-lit)"));
}

/** What a kernel must answer. */
export const LIVE_RUN = {
  "an input by a slider": {
    mouse: (r) => slide(r, false),
    keyboard: (r) => slide(r, true),
  },
};

async function slide(r, key) {
  await r.rest();
  await r.press("n");
  const slider = r.root.locator('.tg-sliders input[type="range"]').first();
  await slider.scrollIntoViewIfNeeded();
  const look = () => slider.evaluate((one) => one.value);
  const was = await look();
  if (key) {
    await slider.focus();
    await r.page.keyboard.press("End");
  } else {
    const { width, height } = await slider.boundingBox();
    await slider.click({ position: { x: width * 0.2, y: height / 2 } });
  }
  return differs(was, await until(r, look, was));
}
