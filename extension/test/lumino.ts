// Stands for the modules that JupyterLab shares.

export class Widget {
  readonly node = document.createElement("div");
  readonly title = { label: "", caption: "", closable: false };
  readonly isVisible = true;
  id = "";
  isDisposed = false;
  dispose(): void {
    this.isDisposed = true;
  }
  protected onAfterShow(_: unknown): void {}
}

export const INotebookTracker = { token: "notebooks" };
export const ICommandPalette = { token: "palette" };
export const ISettingRegistry = { token: "settings" };

/** Adds a cell below the active one and makes it active, as JupyterLab does. */
export const NotebookActions = {
  insertBelow(notebook: { insert(): void }): void {
    notebook.insert();
  },
};
