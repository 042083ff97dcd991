// The MIME renderer of JupyterLab and Notebook 7: draws a saved document with no kernel behind it.

import { Widget } from "@lumino/widgets";
import { type Handle, mount } from "../core/viewer";
import { MIME } from "../protocol";
import { follow, preferred } from "./preferences";
import { labScript } from "./script";

interface MimeModel {
  readonly data: Readonly<Record<string, unknown>>;
}

class Renderer extends Widget {
  private viewer: Handle | undefined;
  private unfollow: (() => void) | undefined;

  renderModel(model: MimeModel): Promise<void> {
    const document = model.data[MIME];
    this.node.dataset["teachgraphHost"] = "mime";
    if (this.viewer) this.viewer.setDocument(document);
    else {
      this.viewer = mount(this.node, document, { script: labScript }, preferred());
      this.unfollow = follow(this.viewer);
    }
    return Promise.resolve();
  }

  override dispose(): void {
    this.unfollow?.();
    this.viewer?.dispose();
    super.dispose();
  }
}

const extension = {
  id: "teachgraph:mime",
  rendererFactory: {
    safe: true, // nothing in a document is ever run, so an untrusted notebook may show it
    mimeTypes: [MIME],
    defaultRank: 10,
    createRenderer: () => new Renderer(),
  },
  dataType: "json",
  fileTypes: [
    {
      name: "teachgraph",
      displayName: "teachgraph",
      mimeTypes: [MIME],
      extensions: [".teachgraph"],
    },
  ],
  documentWidgetFactoryOptions: {
    name: "teachgraph",
    primaryFileType: "teachgraph",
    fileTypes: ["teachgraph"],
    defaultFor: ["teachgraph"],
  },
};

export default extension;
