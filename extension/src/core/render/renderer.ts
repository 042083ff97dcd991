// What a pane asks of a way to draw.

import type { Camera } from "./camera";
import type { Scene } from "./scene";

export interface DrawOptions {
  readonly animate: boolean;
  /** For a node that vanishes, the one it turns into; for a new one, where it comes from. */
  readonly heirs: ReadonlyMap<string, string>;
  readonly origins: ReadonlyMap<string, string>;
}

export interface Renderer {
  readonly element: Element;
  draw(scene: Scene, options: DrawOptions): void;
  look(camera: Camera, animate: boolean): void;
  /** The theme or the size changed. */
  refresh(): void;
}
