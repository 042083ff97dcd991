// The few types of JupyterLab that the hosts touch. At run time JupyterLab shares these modules.

declare module "@lumino/widgets" {
  export class Widget {
    constructor();
    readonly node: HTMLElement;
    readonly isDisposed: boolean;
    id: string;
    readonly title: { label: string; caption: string; closable: boolean };
    dispose(): void;
  }
}

declare module "@jupyterlab/notebook" {
  interface Output {
    readonly data?: Readonly<Record<string, unknown>>;
  }
  interface Cell {
    readonly model: { toJSON(): { readonly outputs?: readonly Output[] } };
  }
  export interface INotebookTracker {
    readonly currentWidget: { readonly content: { readonly widgets: readonly Cell[] } } | null;
  }
  export const INotebookTracker: object;
}

declare module "@jupyterlab/apputils" {
  export interface ICommandPalette {
    addItem(item: { command: string; category: string }): void;
  }
  export const ICommandPalette: object;
}
