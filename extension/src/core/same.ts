// Whether a new document is another run of what is on the screen.

import type { Document } from "../protocol";

/** Whether two documents tell the same graphs with the same rewrites, so that only a run may differ. */
export function sameGraphs(old: Document, now: Document): boolean {
  const told = ({ timeline }: Document): string =>
    JSON.stringify(timeline.filter(({ t }) => t !== "eval" && t !== "error"));
  const graphs = Object.entries(old.graphs);
  return (
    graphs.every(([key, graph]) => JSON.stringify(graph) === JSON.stringify(now.graphs[key])) &&
    told(old) === told(now)
  );
}
