// The layout on its own thread. The build turns this file into a string, which the client starts.

import type { Request } from "./graph";
import { place } from "./nested";

interface Scope {
  onmessage: ((event: MessageEvent<{ ticket: number; request: Request }>) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: { ticket, request } }) => {
  scope.postMessage({ ticket, placement: place(request) });
};
