// The few types of JupyterLab that the hosts touch. At run time JupyterLab shares these modules.

declare module "@lumino/widgets" {
  export class Widget {
    constructor();
    readonly node: HTMLElement;
    readonly isDisposed: boolean;
    readonly isVisible: boolean;
    id: string;
    readonly title: { label: string; caption: string; closable: boolean };
    dispose(): void;
    // not used, but they are there: a subclass must not have others of these names
    show(): void;
    hide(): void;
    update(): void;
    fit(): void;
    activate(): void;
    close(): void;
    protected onAfterShow(message: unknown): void;
  }
}

declare module "@jupyterlab/notebook" {
  interface Signal<T> {
    connect(slot: (sender: unknown, value: T) => void): void;
    disconnect(slot: (sender: unknown, value: T) => void): void;
  }
  interface Output {
    readonly data?: Readonly<Record<string, unknown>>;
  }
  interface Cell {
    readonly node: HTMLElement;
    readonly editor?: {
      getCursorPosition(): { line: number; column: number };
      getLine(line: number): string | undefined;
    } | null;
    readonly model: {
      readonly sharedModel: { setSource(source: string): void };
      toJSON(): { readonly outputs?: readonly Output[] };
    };
  }
  interface Notebook {
    readonly widgets: readonly Cell[];
    readonly activeCell: Cell | null;
    activeCellIndex: number;
  }
  interface Reply {
    readonly content: {
      readonly status: string;
      readonly user_expressions?: Readonly<Record<string, Expression>>;
    };
  }
  export interface Expression {
    readonly status: string;
    readonly data?: Readonly<Record<string, unknown>>;
    readonly evalue?: string;
  }
  export interface Kernel {
    readonly status: string;
    readonly statusChanged: Signal<string>;
    readonly iopubMessage: Signal<{ readonly header: { readonly msg_type: string } }>;
    requestExecute(content: Readonly<Record<string, unknown>>): { readonly done: Promise<Reply> };
  }
  interface SessionContext {
    readonly kernelChanged: Signal<unknown>;
    readonly session: { readonly kernel: Kernel | null } | null;
  }
  export interface NotebookPanel {
    readonly content: Notebook;
    readonly sessionContext: SessionContext;
  }
  export interface INotebookTracker {
    readonly currentWidget: NotebookPanel | null;
    readonly currentChanged: Signal<NotebookPanel | null>;
  }
  export const INotebookTracker: object;
  export const NotebookActions: { insertBelow(notebook: Notebook): void };
}

declare module "@jupyterlab/apputils" {
  export interface ICommandPalette {
    addItem(item: { command: string; category: string }): void;
  }
  export const ICommandPalette: object;
}

declare module "@jupyterlab/settingregistry" {
  export interface ISettingRegistry {
    load(id: string): Promise<Settings>;
  }
  interface Settings {
    readonly composite: Readonly<Record<string, unknown>>;
    readonly changed: { connect(slot: () => void): void };
    set(key: string, value: unknown): Promise<void>;
  }
  export const ISettingRegistry: object;
}
