// The hands of a reader on a viewer, and what checks share. A check does something by mouse or by keyboard and
// gives true, or words on what was seen instead. tests/browser/features.py lists the features.

export const SETTLE = 150;

/** The hands of a reader on one viewer. */
export class Reader {
  constructor(page, root) {
    this.page = page;
    this.root = root;
  }
  get stage() {
    return this.root.locator(".tg-stage").last();
  }
  at(selector) {
    return this.root.locator(selector).first();
  }
  async press(...keys) {
    await this.stage.focus();
    for (const key of keys) await this.page.keyboard.press(key);
    await this.page.waitForTimeout(SETTLE);
  }
  async click(selector) {
    await this.at(selector).click();
    await this.page.waitForTimeout(SETTLE);
  }
  /** Presses a button by its name: with the mouse, or with Enter where `key` is set. */
  async button(name, key = false) {
    const found = this.root.getByRole("button", { name, exact: true }).first();
    if (key) {
      await found.focus();
      await this.page.keyboard.press("Enter");
    } else await found.click();
    await this.page.waitForTimeout(SETTLE);
  }
  /** Opens the menu of how to look at it, by mouse or by keyboard. */
  async menu(key = false) {
    const menu = this.at(".tg-menu");
    if (await menu.evaluate((one) => one.open)) return;
    const line = this.at(".tg-menu > summary");
    if (key) {
      await line.focus();
      await this.page.keyboard.press("Enter");
    } else await line.click();
  }
  /** Closes it again. */
  async done() {
    const open = await this.at(".tg-menu").evaluate((one) => one.open);
    if (open) await this.at(".tg-menu > summary").click();
    await this.page.waitForTimeout(SETTLE);
  }
  /** Ticks a box of the menu. */
  async option(name, key = false) {
    await this.menu(key);
    const box = this.root.getByRole("checkbox", { name });
    if (key) {
      await box.focus();
      await this.page.keyboard.press("Space");
    } else await box.click();
    await this.done();
  }
  /** Chooses of a list: a mouse clicks, keys type the first signs of the words. */
  async choose(selector, value, key = false) {
    const list = this.at(selector);
    if (key) {
      await list.focus();
      for (let i = 0; i < 40 && (await list.inputValue()) !== value; i += 1) {
        await this.page.keyboard.press("ArrowDown");
      }
    } else await list.selectOption(value);
    await this.page.waitForTimeout(SETTLE);
    return (await list.inputValue()) === value;
  }
  /** Opens or closes what unfolds under a line. */
  async unfold(selector, key = false) {
    const line = this.at(`${selector} > summary`);
    if (key) {
      await line.focus();
      await this.page.keyboard.press("Enter");
    } else await line.click();
    await this.page.waitForTimeout(SETTLE);
  }
  /** Whether a button can be pressed now. */
  async enabled(name) {
    const found = this.root.getByRole("button", { name, exact: true }).first();
    return (await found.getAttribute("aria-disabled")) !== "true";
  }
  count(selector) {
    return this.root.locator(selector).count();
  }
  async text(selector) {
    const found = this.at(selector);
    return (await found.count()) ? ((await found.textContent()) ?? "").trim() : "";
  }
  where() {
    return this.text(".tg-timeline .tg-position");
  }
  camera() {
    return this.root
      .locator(".tg-stage")
      .last()
      .evaluate((stage) => stage.querySelector(".tg-world, canvas")?.getAttribute("style") ?? "");
  }
  /** A node of the last picture whose label begins so. */
  node(label) {
    const pane = ".tg-pane:not([hidden]) .tg-stage";
    return this.root.locator(pane).last().locator(".tg-node", { hasText: label }).first();
  }
  async select(label) {
    await this.page.mouse.move(1, 1);
    await this.press("0");
    await this.page.waitForTimeout(600);
    await this.node(label).click();
    await this.page.waitForTimeout(SETTLE);
  }
  /** Walks from an output upwards until something is there. */
  async climb(there) {
    await this.stage.focus();
    for (let i = 0; i < 12; i += 1) await this.page.keyboard.press("ArrowDown");
    for (let i = 0; i < 10 && !(await there()); i += 1) await this.press("ArrowUp");
  }
  /** Back to the last state, with nothing followed, found or selected that could disturb. */
  async rest() {
    await this.press("Escape", "Escape", "Escape", "End", "0");
    await this.page.waitForTimeout(600);
  }
}

export const is = (seen, wanted) => seen === wanted || `${JSON.stringify(seen)}, not ${wanted}`;
export const more = (seen, than = 0) => seen > than || `only ${seen}`;
export const differs = (was, now) => now !== was || `still ${JSON.stringify(now)}`;
export const like = (seen, pattern) => pattern.test(seen) || `${JSON.stringify(seen)}`;

/** Does something, says whether a text changed by it, and takes it back where that can be. */
export async function changes(look, act, back) {
  const was = await look();
  await act();
  const now = await look();
  await back?.();
  return differs(was, now);
}

export async function until(r, look, old) {
  for (let i = 0; i < 100; i += 1) {
    await r.page.waitForTimeout(150);
    const now = await look();
    if (now !== old) return now;
  }
  return old;
}

/** A box of the menu and its key; each is tried and taken back. */
export function box(name, key, look) {
  return {
    mouse: (r) =>
      changes(
        () => look(r),
        () => r.option(name),
        () => r.option(name),
      ),
    keyboard: (r) =>
      changes(
        () => look(r),
        () => r.press(key),
        () => r.press(key),
      ),
  };
}

export const ticked = (name) => (r) =>
  r.root.getByRole("checkbox", { name, includeHidden: true }).isChecked();
