// Stands for the modules that JupyterLab shares.

export class Widget {
  readonly node = document.createElement("div");
  readonly title = { label: "", caption: "", closable: false };
  id = "";
  isDisposed = false;
  dispose(): void {
    this.isDisposed = true;
  }
}

export const INotebookTracker = { token: "notebooks" };
export const ICommandPalette = { token: "palette" };
