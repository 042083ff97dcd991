import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      // the build makes these; without a worker, layout happens where it is asked for
      "layout-worker": new URL("test/no-worker.ts", import.meta.url).pathname,
      "@lumino/widgets": new URL("test/lumino.ts", import.meta.url).pathname,
      "@jupyterlab/notebook": new URL("test/lumino.ts", import.meta.url).pathname,
      "@jupyterlab/settingregistry": new URL("test/lumino.ts", import.meta.url).pathname,
      "@jupyterlab/apputils": new URL("test/lumino.ts", import.meta.url).pathname,
    },
  },
  test: {
    environment: "happy-dom",
    include: ["test/**/*.test.{ts,mjs}"],
    pool: "threads",
    maxWorkers: 1,
    isolate: false,
  },
});
