// A page that stands alone, made of the viewer's script and one document.

import type { Document } from "../../protocol";
import { escaped } from "./svg";

/** The page: nothing in it can end the script early, and it loads nothing. */
export function pageText(document: Document, script: string, title: string): string {
  const data = JSON.stringify(document)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return [
    "<!DOCTYPE html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    "<style>body{margin:0 auto;padding:1.2rem;max-width:1500px}</style></head><body><main>",
    `<script type="application/json" data-teachgraph>${data}</script>`,
    `<script>${script.replaceAll("</script", "<\\/script")}</script>`,
    "</main></body></html>",
    "",
  ].join("\n");
}
