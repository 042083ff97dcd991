// Small graphs are laid out at once, large ones in a worker; where a page forbids workers, here.

import source from "layout-worker";
import type { Placement, Request } from "./graph";
import { place } from "./nested";

const AT_ONCE_BELOW = 400;
const BUDGET_MS = 4_000;

export type Done = (placement: Placement) => void;

/** Lays graphs out for one viewer; only the newest request is answered. */
export class Layouter {
  private worker: Worker | undefined;
  private url: string | undefined;
  private ticket = 0;
  private broken = source === "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `done` before it returns if the graph is small, later otherwise. */
  place(request: Request, done: Done): void {
    this.ticket += 1;
    clearTimeout(this.timer);
    const worker = request.width.length < AT_ONCE_BELOW ? undefined : this.start();
    if (worker) this.ask(worker, request, done);
    else done(place(request));
  }

  dispose(): void {
    this.ticket += 1;
    clearTimeout(this.timer);
    this.stop();
  }

  private ask(worker: Worker, request: Request, done: Done): void {
    const ticket = this.ticket;
    const giveUp = (): void => {
      this.stop();
      this.broken = true;
      if (ticket === this.ticket) done(place(request));
    };
    this.timer = setTimeout(giveUp, BUDGET_MS);
    worker.onerror = giveUp;
    worker.onmessage = ({ data }: MessageEvent<{ ticket: number; placement: Placement }>) => {
      if (data.ticket !== this.ticket) return;
      clearTimeout(this.timer);
      done(data.placement);
    };
    worker.postMessage({ ticket, request });
  }

  private start(): Worker | undefined {
    if (this.worker || this.broken || typeof Worker === "undefined") return this.worker;
    try {
      this.url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      this.worker = new Worker(this.url);
    } catch {
      this.broken = true; // the page's content policy forbids it
    }
    return this.worker;
  }

  private stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }
}
