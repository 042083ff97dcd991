// What a reader can do with a picture; the viewer shows a function with a layer and C.

import { box, changes, is, like, more, SETTLE, ticked } from "./checks.mjs";

async function download(r, act) {
  const waiting = r.page.waitForEvent("download", { timeout: 15_000 });
  await act();
  const file = await (await waiting).path();
  return Boolean(file) || "no file";
}

function follow(name, key) {
  const lit = async (r, act) => {
    await r.select("tanh");
    await act();
    const seen = [await r.count(".tg-node.tg-lit"), await r.count(".tg-node.tg-dim")];
    await r.press("Escape");
    return seen[0] > 0 || `lit and dim: ${seen}`;
  };
  return {
    mouse: (r) => lit(r, () => r.button(name)),
    keyboard: (r) => lit(r, () => r.press(key)),
  };
}

function file(format) {
  const name = format === "html" ? /works offline/ : `save as ${format}`;
  const press = async (r, key) => {
    const made = r.root.getByRole("button", { name, exact: true }).first();
    if (key) {
      await made.focus();
      await r.page.keyboard.press("Enter");
    } else await made.click();
  };
  const whole = async (r, open, key) => {
    await open();
    const done = await download(r, () => press(r, key));
    await r.page.keyboard.press("Escape");
    return done;
  };
  const save = '.tg-pane:last-child [aria-label="save this picture"]';
  return {
    mouse: (r) => whole(r, () => r.click(save), false),
    keyboard: (r) => whole(r, () => r.press("s"), true),
  };
}

const frames = (r) => r.count(".tg-pane:last-child .tg-frame");
const drawnNodes = (r) => r.count(".tg-pane:last-child .tg-node");
const listLine = '.tg-code li[class="tg-live-line"]';

async function line(r, listing, key) {
  await r.rest();
  const list = ".tg-codes select";
  if (await r.root.locator(list).isVisible()) {
    const value = await r
      .at(list)
      .evaluate(
        (one, c) => [...one.options].find((o) => /\bC\b/.test(o.text) === c)?.value,
        listing,
      );
    if (value === undefined) return "no such listing";
    const done = await r.choose(list, value, key);
    if (!done && (await r.at(list).inputValue()) !== value) return "the listing was not chosen";
  }
  const first = r.at(listLine);
  const act = async () => {
    if (!key) return first.click();
    await first.focus();
    return r.page.keyboard.press("Enter");
  };
  await act();
  await r.page.waitForTimeout(SETTLE);
  const lit = await r.count(".tg-node.tg-lit");
  await r.rest();
  return more(lit);
}

/** Features of a picture and its timeline; the viewer shows a function with layers and C. */

export const PICTURE = {
  search: {
    mouse: async (r) => {
      await r.click(".tg-search input");
      await r.page.keyboard.type("op:dot");
      await r.page.waitForTimeout(400);
      const found = await r.text(".tg-found-count");
      await r.button("clear the search");
      return like(found, /\d/);
    },
    keyboard: async (r) => {
      await r.press("/");
      await r.page.keyboard.type("op:dot");
      await r.page.keyboard.press("Enter");
      await r.page.waitForTimeout(400);
      const found = await r.text(".tg-found-count");
      await r.page.keyboard.press("Escape");
      return like(found, /^1 of \d/);
    },
  },
  "select a node": {
    mouse: async (r) => {
      await r.select("tanh");
      return like(await r.text(".tg-inspector .tg-rule"), /tanh/);
    },
    keyboard: async (r) => {
      await r.rest();
      await r.press("ArrowUp", "ArrowUp");
      return like(await r.text(".tg-inspector .tg-rule"), /\w/);
    },
  },
  "what it needs": follow("what it needs", "a"),
  "what needs it": follow("what needs it", "d"),
  "both ways": follow("all that leads through it", "w"),
  paths: {
    mouse: async (r) => {
      await r.rest();
      await r.select("x");
      await r.button("the ways from this node to the next one you select");
      await r.select("tanh");
      const lit = await r.count(".tg-node.tg-lit");
      await r.press("Escape");
      return more(lit, 1);
    },
    keyboard: async (r) => {
      await r.rest();
      await r.press("m", "ArrowUp", "ArrowUp", "p");
      const lit = await r.count(".tg-node.tg-lit");
      await r.press("Escape");
      return more(lit, 1);
    },
  },
  "node card": {
    mouse: async (r) => {
      await r.rest();
      await r.node("tanh").hover();
      await r.page.waitForTimeout(900);
      const seen = await r.root.locator(".tg-hover").isVisible();
      await r.page.mouse.move(1, 1);
      return is(seen, true);
    },
    keyboard: async (r) => {
      await r.rest();
      await r.press("ArrowUp", "i");
      const seen = await r.root.locator(".tg-hover").isVisible();
      await r.press("Escape");
      return is(seen, true);
    },
  },
  "fold and unfold all": {
    mouse: async (r) => {
      await r.rest();
      const act = (name) => async () => {
        await r.menu();
        await r.button(name);
        await r.done();
      };
      return changes(() => drawnNodes(r), act("unfold all"), act("fold all"));
    },
    keyboard: async (r) => {
      await r.rest();
      return changes(
        () => drawnNodes(r),
        () => r.press("u"),
        () => r.press("u"),
      );
    },
  },
  "close a layer": {
    mouse: async (r) => {
      await r.rest();
      await r.press("Home");
      if (!(await frames(r))) await r.press("u");
      const was = await frames(r);
      const name = r.root.locator(".tg-pane:last-child .tg-frame-layer text").first();
      if (await name.count()) await name.click({ force: true });
      await r.page.waitForTimeout(SETTLE);
      const now = await frames(r);
      await r.press("u", "u");
      return now < was || `${was} frames, then ${now}`;
    },
    keyboard: async (r) => {
      await r.rest();
      await r.press("Home");
      for (let i = 0; i < 2 && !(await frames(r)); i += 1) await r.press("u");
      const was = await frames(r);
      for (let i = 0; i < 2 && (await frames(r)) >= was; i += 1) await r.press("u");
      const now = await frames(r);
      for (let i = 0; i < 2 && (await frames(r)) < was; i += 1) await r.press("u");
      return now < was || `${was} frames, then ${now}`;
    },
  },
  "fold into a node": {
    mouse: (r) => fold(r, () => r.button("fold what only it needs")),
    keyboard: (r) => fold(r, () => r.press("f")),
  },
  "zoom and fit": {
    mouse: async (r) => {
      await r.rest();
      const zoom = '.tg-pane:last-child [aria-label="zoom in"]';
      return changes(
        () => r.camera(),
        () => r.click(zoom),
        () => r.press("0"),
      );
    },
    keyboard: (r) =>
      changes(
        () => r.camera(),
        () => r.press("+"),
        () => r.press("0"),
      ),
  },
  "move the picture": {
    mouse: async (r) => {
      const [x, y] = await middle(r);
      return changes(
        () => r.camera(),
        async () => {
          await r.page.mouse.move(x + 90, y - 60);
          await r.page.mouse.down();
          await r.page.mouse.move(x + 40, y - 30, { steps: 4 });
          await r.page.mouse.up();
        },
        () => r.press("0"),
      );
    },
    keyboard: (r) =>
      changes(
        () => r.camera(),
        () => r.press("Shift+ArrowLeft"),
        () => r.press("0"),
      ),
  },
  minimap: {
    mouse: async (r) => {
      await r.press("+", "+", "+", "+", "+");
      const map = r.root.locator(".tg-pane:last-child .tg-minimap");
      if (!(await map.isVisible())) return "there is no small map";
      const look = () => r.camera();
      return changes(
        look,
        () => map.click({ position: { x: 20, y: 12 } }),
        () => r.press("0"),
      );
    },
    keyboard: (r) => {
      const act = () => r.option("small map", true);
      return changes(() => ticked("small map")(r), act, act);
    },
  },
  "types on edges": box("types on the edges", "t", ticked("types on the edges")),
  "computed once": box("written twice", "c", ticked("written twice")),
  direction: {
    mouse: async (r) => {
      await r.menu();
      const done = await r.choose('.tg-menu select[aria-label="direction"]', "right");
      await r.choose('.tg-menu select[aria-label="direction"]', "down");
      await r.done();
      return is(done, true);
    },
    keyboard: (r) =>
      changes(
        () => r.camera(),
        () => r.press("r"),
        () => r.press("r"),
      ),
  },
  colours: {
    mouse: (r) => theme(r, false),
    keyboard: (r) => theme(r, true),
  },
  "a line of Python lights its nodes": {
    mouse: (r) => line(r, false, false),
    keyboard: (r) => line(r, false, true),
  },
  "a line of C lights its nodes": {
    mouse: (r) => line(r, true, false),
    keyboard: (r) => line(r, true, true),
  },
  "a node marks its lines": {
    mouse: async (r) => {
      await r.rest();
      await r.select("Dot");
      return more(await r.count(".tg-code .tg-here"));
    },
    keyboard: async (r) => {
      await r.rest();
      await r.climb(async () => (await r.count(".tg-code .tg-here")) > 0);
      return more(await r.count(".tg-code .tg-here"));
    },
  },
  outline: {
    mouse: async (r) => {
      await r.unfold(".tg-outline");
      await r.click(".tg-outline [role=treeitem]");
      const seen = await r.text(".tg-inspector .tg-rule");
      await r.unfold(".tg-outline");
      return like(seen, /\w/);
    },
    keyboard: async (r) => {
      await r.unfold(".tg-outline", true);
      await r.at('.tg-outline [role=treeitem][tabindex="0"]').focus();
      await r.page.keyboard.press("ArrowDown");
      await r.page.keyboard.press("Enter");
      const seen = await r.text(".tg-inspector .tg-rule");
      await r.unfold(".tg-outline", true);
      return like(seen, /\w/);
    },
  },
  "save as SVG": file("svg"),
  "save as PNG": file("png"),
  "save as dot": file("dot"),
  "save as TikZ": file("tikz"),
  "save as a page": file("html"),
};

async function fold(r, act) {
  await r.rest();
  await r.press("Home");
  const fold = r.root.getByRole("button", { name: "fold what only it needs" });
  await r.climb(async () => (await fold.count()) > 0);
  return changes(
    () => drawnNodes(r),
    act,
    () => r.press("f"),
  );
}

async function middle(r) {
  await r.stage.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await r.stage.boundingBox();
  return [x + width / 2, y + height / 2];
}

async function theme(r, key) {
  await r.menu(key);
  const list = '.tg-menu select[aria-label="colours"]';
  await r.choose(list, "dark", key);
  const seen = await r.root.evaluate((one) => one.dataset.tgTheme);
  await r.at(list).selectOption("auto");
  await r.done();
  await r.rest();
  return is(seen, "dark");
}
