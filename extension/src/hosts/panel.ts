// What JupyterLab gets beside the renderer: commands for the palette, the side panel, graphs beside the
// notebook, settings, and cells that take the code of a repair.

import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker, NotebookActions } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { Widget } from "@lumino/widgets";
import { REPAIR } from "../core/repair";
import { strings } from "../core/strings";
import { type Handle, mount } from "../core/viewer";
import { MIME } from "../protocol";
import { follow, prefer, preferred } from "./preferences";
import { labScript } from "./script";
import { Side } from "./side";

const PLUGIN = "teachgraph:panel";

/** The part of the application that is used here. */
interface Application {
  readonly name?: string;
  readonly commands: {
    addCommand(
      id: string,
      options: { label: string; caption: string; execute(): string | undefined },
    ): void;
  };
  readonly shell: {
    add(widget: Widget, area: string, options: { mode?: string; rank?: number }): void;
    activateById(id: string): void;
  };
}

/** The newest document among the outputs of a notebook. */
function lastDocument(tracker: INotebookTracker | null): unknown {
  const cells = tracker?.currentWidget?.content.widgets ?? [];
  for (const cell of cells.toReversed()) {
    for (const output of (cell.model.toJSON().outputs ?? []).toReversed()) {
      const document = output.data?.[MIME];
      if (document !== undefined) return document;
    }
  }
  return undefined;
}

let count = 0;

class Panel extends Widget {
  private readonly viewer: Handle | undefined;
  private readonly unfollow: (() => void) | undefined;

  constructor(document: unknown, title: string) {
    super();
    count += 1;
    this.id = `teachgraph-panel-${count}`;
    this.title.label = title;
    this.title.caption = strings.panelTitle;
    this.title.closable = true;
    this.node.dataset["teachgraphHost"] = "panel";
    this.node.style.overflow = "auto";
    if (document === undefined) {
      this.node.textContent = strings.panelEmpty;
      return;
    }
    this.viewer = mount(this.node, document, { script: labScript }, preferred());
    this.unfollow = follow(this.viewer);
  }

  present(): void {
    this.viewer?.setOptions({ present: true });
  }

  override dispose(): void {
    this.unfollow?.();
    this.viewer?.dispose();
    super.dispose();
  }
}

/** Notebook 7 shows one thing in the middle; there a graph goes to the right of it. */
function add(app: Application, panel: Panel): string {
  const single = app.name === "Jupyter Notebook";
  app.shell.add(
    panel,
    single ? "right" : "main",
    single ? { rank: 1_000 } : { mode: "split-right" },
  );
  app.shell.activateById(panel.id);
  return panel.id;
}

/** The name under the cursor of the active cell. */
function nameAtCursor(tracker: INotebookTracker | null): string | undefined {
  const editor = tracker?.currentWidget?.content.activeCell?.editor;
  if (!editor) return undefined;
  const { line, column } = editor.getCursorPosition();
  const words = (editor.getLine(line) ?? "").matchAll(/[^\W\d]\w*/gu);
  return [...words].find(
    (word) => word.index <= column && column <= word.index + word[0].length,
  )?.[0];
}

/** Puts code into a new cell below the one in which it was offered, or below the active one. */
function insert(tracker: INotebookTracker, event: Event): void {
  const { code } = (event as CustomEvent<{ code?: unknown }>).detail ?? {};
  const notebook = tracker.currentWidget?.content;
  if (typeof code !== "string" || !notebook) return;
  const home = event.target instanceof Node ? event.target : null;
  const index = notebook.widgets.findIndex(({ node }) => node.contains(home));
  if (index >= 0) notebook.activeCellIndex = index;
  NotebookActions.insertBelow(notebook);
  notebook.activeCell?.model.sharedModel.setSource(code);
  event.preventDefault();
}

async function settings(all: ISettingRegistry): Promise<void> {
  const found = await all.load(PLUGIN);
  const apply = (): void => prefer({ ...found.composite });
  found.changed.connect(apply);
  apply();
}

function commands(app: Application, tracker: INotebookTracker | null): readonly string[] {
  const open = (title: string): Panel => new Panel(lastDocument(tracker), title);
  const list: [string, string, string, () => string | undefined][] = [
    [
      "teachgraph:show-last-graph",
      strings.panelCommand,
      strings.panelCaption,
      () => add(app, open(strings.panelTitle)),
    ],
    [
      "teachgraph:present",
      strings.presentCommand,
      strings.panelCaption,
      () => {
        const panel = open(strings.panelTitle);
        const id = add(app, panel);
        panel.present();
        return id;
      },
    ],
  ];
  if (tracker) {
    const side = new Side(tracker, (document, title) => void add(app, new Panel(document, title)));
    app.shell.add(side, "left", { rank: 900 });
    list.push(
      [
        "teachgraph:show-kernel",
        strings.sideCommand,
        strings.sideCaption,
        () => {
          app.shell.activateById(side.id);
          side.refresh();
          return side.id;
        },
      ],
      [
        "teachgraph:draw-name",
        strings.drawCommand,
        strings.sideCaption,
        () => {
          const name = nameAtCursor(tracker);
          if (name !== undefined) void side.draw(name);
          return name;
        },
      ],
    );
    document.addEventListener(REPAIR, (event) => insert(tracker, event));
  }
  for (const [id, label, caption, execute] of list) {
    app.commands.addCommand(id, { label, caption, execute });
  }
  return list.map(([id]) => id);
}

const plugin = {
  id: PLUGIN,
  description: strings.sideCaption,
  autoStart: true,
  optional: [INotebookTracker, ICommandPalette, ISettingRegistry],
  activate(
    app: Application,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    all: ISettingRegistry | null = null,
  ): void {
    for (const command of commands(app, tracker)) {
      palette?.addItem({ command, category: strings.panelTitle });
    }
    if (all) {
      settings(all).catch((error: unknown) => console.error("teachgraph", error));
    }
  },
};

export default plugin;
