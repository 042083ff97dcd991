// What a reader can do around a viewer in JupyterLab and Notebook 7, by mouse and by keyboard.

const SIDE = '[data-teachgraph-host="side"] .tg-root';
const PANEL = '[data-teachgraph-host="panel"] .tg-root';
const SETTLE = 300;

/** The hands of a reader on the application. */
export class Lab {
  constructor(page) {
    this.page = page;
  }
  see(selector, timeout = 15_000) {
    return this.page.locator(selector).first().waitFor({ timeout });
  }
  execute(command, args = {}) {
    return this.page.evaluate(
      ([name, given]) => void globalThis.jupyterapp.commands.execute(name, given),
      [command, args],
    );
  }
  /** The notebook alone again, with its first cell chosen. */
  async rest() {
    await this.page.keyboard.press("Escape");
    await this.page.evaluate(() => {
      const { shell } = globalThis.jupyterapp;
      for (const area of ["main", "right"]) {
        for (const widget of [...shell.widgets(area)]) {
          if (/^teachgraph-panel|setting-editor/.test(widget.id)) widget.dispose();
        }
      }
      shell.collapseLeft?.();
      shell.collapseRight?.();
    });
    await this.page.waitForTimeout(SETTLE);
  }
  /** Chooses a command of the palette: with a click, or with Enter. */
  async palette(words, key) {
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Control+Shift+C");
    const box = this.page.locator(".lm-CommandPalette-input").first();
    await box.waitFor({ timeout: 8_000 });
    await box.fill(words);
    await this.page.waitForTimeout(SETTLE);
    if (key) await this.page.keyboard.press("Enter");
    else await this.page.locator(".lm-CommandPalette-item", { hasText: words }).first().click();
    await this.page.waitForTimeout(SETTLE);
  }
  async cell(index) {
    await this.page.evaluate(async (at) => {
      const { content } = globalThis.jupyterapp.shell.currentWidget;
      content.activeCellIndex = at;
      content.mode = "command";
      await content.scrollToItem(at, "start");
    }, index);
    await this.page.waitForTimeout(SETTLE);
  }
  cells() {
    return this.page.evaluate(
      () => globalThis.jupyterapp.shell.currentWidget.content.widgets.length,
    );
  }
}

async function pressed(lab, locator, key) {
  if (key) {
    await locator.focus();
    await lab.page.keyboard.press("Enter");
  } else await locator.click();
  await lab.page.waitForTimeout(SETTLE);
}

const both = (check) => ({
  mouse: (lab) => check(lab, false),
  keyboard: (lab) => check(lab, true),
});

async function openSide(lab, key) {
  await lab.rest();
  await pressed(lab, lab.page.locator('jp-button[data-command="teachgraph:show-kernel"]'), key);
  await lab.see(`${SIDE} [data-name]`);
  return true;
}

async function drawsName(lab, key) {
  await openSide(lab, key);
  const row = lab.page.locator(`${SIDE} [data-name="train"]`);
  if (key) {
    await lab.page.locator(`${SIDE} [data-name]`).first().focus();
    for (let i = 0; i < 20; i += 1) {
      const at = await lab.page.evaluate(() => document.activeElement?.dataset?.name);
      if (at === "train") break;
      await lab.page.keyboard.press("ArrowDown");
    }
    await lab.page.keyboard.press("Enter");
  } else await row.click();
  await lab.see(`${PANEL} [data-nodes]`);
  const title = await lab.page.locator(`${PANEL} .tg-title`).first().textContent();
  await lab.rest();
  return title === "train" || title;
}

function command(words, selector) {
  return both(async (lab, key) => {
    await lab.rest();
    await lab.palette(words, key);
    await lab.see(selector);
    await lab.rest();
    return true;
  });
}

/** The name under the cursor: the shortcut, or the palette. */
async function drawsUnderCursor(lab, key) {
  await lab.rest();
  await lab.cell(0);
  await lab.page.evaluate(() => {
    const { content } = globalThis.jupyterapp.shell.currentWidget;
    const { editor } = content.activeCell;
    const line = content.activeCell.model.sharedModel.source
      .split("\n")
      .findIndex((one) => one.startsWith("train ="));
    content.mode = "edit";
    editor.focus();
    editor.setCursorPosition({ line, column: 2 });
  });
  if (key) await lab.page.keyboard.press("Control+Alt+g");
  else await lab.palette("Draw the variable or function under the cursor", false);
  await lab.see(`${PANEL} [data-nodes]`);
  await lab.rest();
  return true;
}

/** A cell that begins with a magic: run by the button of the toolbar, or by Shift and Enter. */
function magic(index, seen) {
  return both(async (lab, key) => {
    await lab.rest();
    await lab.cell(index);
    await lab.execute("notebook:clear-cell-output");
    await lab.page.waitForTimeout(SETTLE);
    const cell = lab.page.locator(`.jp-Notebook .jp-CodeCell[data-windowed-list-index="${index}"]`);
    if (key) await lab.page.keyboard.press("Shift+Enter");
    else
      await lab.page
        .locator('jp-button[data-command="notebook:run-cell-and-select-next"]')
        .first()
        .click();
    await lab.page.waitForTimeout(SETTLE);
    await lab.cell(index);
    await cell.locator(seen).first().waitFor({ timeout: 20_000 });
    return true;
  });
}

async function repairs(lab, key) {
  await lab.rest();
  const before = await lab.cells();
  await lab.cell(before - 1);
  const offer = lab.page.getByRole("button", { name: "put it into a new cell" }).first();
  await pressed(lab, offer, key);
  const now = await lab.cells();
  await lab.cell(now - 1);
  await lab.execute("notebook:delete-cell");
  await lab.page.waitForTimeout(SETTLE);
  return now === before + 1 || `${before} cells, then ${now}`;
}

/** A setting changed in the editor of settings is that of every viewer. */
function setting(name, value, look) {
  return both(async (lab, key) => {
    await lab.rest();
    await lab.execute("settingeditor:open", { query: "teachgraph" });
    const list = lab.page.locator(`.jp-SettingsPanel select[id$="_${name}"]`).first();
    await list.waitFor({ timeout: 15_000 });
    const was = await list.inputValue();
    const options = await list.evaluate((one) => [...one.options].map(({ text }) => text));
    const wanted = options.indexOf(value);
    if (wanted < 0) return `no ${value} among ${options}`;
    if (key) {
      await list.focus();
      await lab.page.keyboard.press("Home");
      for (let i = 0; i < wanted; i += 1) await lab.page.keyboard.press("ArrowDown");
    } else await list.selectOption({ index: wanted });
    await lab.page.waitForTimeout(1_500);
    await lab.page.evaluate(() => {
      const { shell } = globalThis.jupyterapp;
      const book = [...shell.widgets("main")].find(({ content }) => content?.widgets);
      shell.activateById(book.id);
    });
    // every viewer in the notebook, also the live ones
    await lab.page.waitForFunction(look, null, { timeout: 10_000 });
    await lab.execute("settingeditor:open", { query: "teachgraph" });
    await list.waitFor({ timeout: 15_000 });
    await list.selectOption(was);
    await lab.page.waitForTimeout(1_500);
    await lab.rest();
    return true;
  });
}

/** Cells: 0 makes names, 1 loads the magics, 2 to 5 use them, the last shows an error with a repair. */
export const AROUND = {
  "toolbar button": both(openSide),
  "side panel": both(drawsName),
  "palette: last graph": command(
    "Show the last graph of this notebook in a panel",
    `${PANEL} [data-nodes]`,
  ),
  "palette: graphs of the kernel": command(
    "Show the graphs of the active kernel",
    `${SIDE} [data-name]`,
  ),
  "palette: present": command("Present the last graph", `${PANEL} .tg-present`),
  "name under the cursor": both(drawsUnderCursor),
  "%%graph": magic(2, ".tg-node"),
  "%%optimize": magic(3, ".tg-pass"),
  "%%step": magic(4, ".tg-stepper"),
  "%tg_explain": magic(5, ".jp-OutputArea-output"),
  "repair into a new cell": both(repairs),
};

/** The editor of settings is in JupyterLab; Notebook 7 opens it in a page of its own. */
export const SETTINGS = {
  "setting: theme": setting("theme", "dark", () => {
    const all = [...document.querySelectorAll(".jp-Notebook .tg-root")];
    return all.length > 1 && all.every(({ dataset }) => dataset.tgTheme === "dark");
  }),
  "setting: direction": setting("direction", "right", () => {
    const all = [...document.querySelectorAll('.jp-Notebook select[aria-label="direction"]')];
    return all.length > 1 && all.every(({ value }) => value === "right");
  }),
  "setting: verbosity": setting("verbosity", "low", () => {
    const all = [...document.querySelectorAll(".jp-Notebook .tg-verbosity select")];
    return all.length > 0 && all.every(({ value }) => value === "low");
  }),
};
