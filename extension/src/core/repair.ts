// Code from the viewer into the reader's program. Whoever can insert a cell hears the event and takes it;
// where nobody does, the code goes to the clipboard.

import { strings } from "./strings";

export const REPAIR = "teachgraph-repair";

/** Says in words what became of the code. */
export async function repair(from: Element, code: string): Promise<string> {
  const event = new CustomEvent(REPAIR, {
    bubbles: true,
    composed: true,
    cancelable: true,
    detail: { code },
  });
  if (!from.dispatchEvent(event)) return strings.inserted;
  try {
    await navigator.clipboard.writeText(code);
    return strings.copied;
  } catch {
    return strings.notCopied; // a page may forbid the clipboard; the code is on screen
  }
}
