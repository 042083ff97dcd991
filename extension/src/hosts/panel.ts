// A command for the palette of JupyterLab: the last drawn graph of the notebook, beside it.

import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { type Handle, mount } from "../core/viewer";
import { strings } from "../core/strings";
import { MIME } from "../protocol";

const COMMAND = "teachgraph:show-last-graph";

/** The part of the application that is used here. */
interface Application {
  readonly commands: {
    addCommand(id: string, options: { label: string; caption: string; execute(): string }): void;
  };
  readonly shell: {
    add(widget: Widget, area: string, options: { mode: string }): void;
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

class Panel extends Widget {
  private readonly viewer: Handle | undefined;

  constructor(document: unknown) {
    super();
    this.id = `teachgraph-panel-${Date.now()}`;
    this.title.label = strings.panelTitle;
    this.title.closable = true;
    this.node.dataset["teachgraphHost"] = "panel";
    this.node.style.overflow = "auto";
    if (document === undefined) this.node.textContent = strings.panelEmpty;
    else this.viewer = mount(this.node, document);
  }

  override dispose(): void {
    this.viewer?.dispose();
    super.dispose();
  }
}

const plugin = {
  id: "teachgraph:panel",
  description: strings.panelCaption,
  autoStart: true,
  optional: [INotebookTracker, ICommandPalette],
  activate(
    app: Application,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
  ): void {
    app.commands.addCommand(COMMAND, {
      label: strings.panelCommand,
      caption: strings.panelCaption,
      execute: () => {
        const panel = new Panel(lastDocument(tracker));
        app.shell.add(panel, "main", { mode: "split-right" });
        app.shell.activateById(panel.id);
        return panel.id;
      },
    });
    palette?.addItem({ command: COMMAND, category: strings.panelTitle });
  },
};

export default plugin;
