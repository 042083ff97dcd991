// Questions to the kernel of a notebook, and their answers. They are silent: the notebook does not
// change, and a kernel that has not imported teachgraph does not import it for us.

import type { Kernel } from "@jupyterlab/notebook";

/** What a kernel holds that can be drawn. */
export interface Named {
  readonly name: string;
  readonly kind: "variable" | "function" | "shared";
  readonly type: string;
  readonly value: string;
}

const NAME = /^[^\W\d]\w*$/u;

/** What can be drawn; null where teachgraph is not imported. */
export async function listing(kernel: Kernel): Promise<readonly Named[] | null> {
  const found = await ask(kernel, "listing(globals())");
  if (!Array.isArray(found)) return null;
  return found.filter(isNamed);
}

/** The document of one name; undefined if there is none. */
export async function drawn(kernel: Kernel, name: string): Promise<unknown> {
  if (!NAME.test(name)) return undefined;
  return (await ask(kernel, `drawn(globals(), ${JSON.stringify(name)})`)) ?? undefined;
}

async function ask(kernel: Kernel, call: string): Promise<unknown> {
  const names = '__import__("importlib").import_module("teachgraph.view.names")';
  const asked = `${names}.${call} if "teachgraph" in __import__("sys").modules else None`;
  const { done } = kernel.requestExecute({
    code: "",
    silent: true,
    store_history: false,
    allow_stdin: false,
    user_expressions: { asked },
  });
  const found = (await done).content.user_expressions?.["asked"];
  if (found?.status === "error") throw new Error(found.evalue ?? "");
  return found?.data?.["application/json"] ?? null;
}

function isNamed(data: unknown): data is Named {
  if (typeof data !== "object" || data === null) return false;
  const { name, kind, type, value } = data as Record<string, unknown>;
  return (
    [name, type, value].every((text) => typeof text === "string") &&
    (kind === "variable" || kind === "function" || kind === "shared")
  );
}
