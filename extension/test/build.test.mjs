// @vitest-environment node
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { outputs } from "../build.mjs";

const PACKAGE = new URL("../../teachgraph/", import.meta.url).pathname;
const MOST_COMPRESSED = 100_000;

/** The files below a folder of the package. */
function files(folder) {
  return readdirSync(join(PACKAGE, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(join(PACKAGE, path)).isDirectory() ? files(path) : [path];
  });
}

test("the built files are those that the sources give, byte for byte", async () => {
  const built = await outputs();
  expect([...files("view/static"), ...files("labextension")].sort()).toEqual(
    [...built.keys()].sort(),
  );
  for (const [path, text] of built) {
    expect(readFileSync(join(PACKAGE, path), "utf8") === text, path).toBe(true);
  }
});

test("no page loads more than 100 kB of compressed viewer", async () => {
  const sizes = [...(await outputs())].map(([, text]) => gzipSync(text).length);
  console.log(`built files: ${sizes.join(", ")} bytes compressed`);
  expect(Math.max(...sizes)).toBeLessThan(MOST_COMPRESSED);
});

test("the built files name no place in the network", async () => {
  for (const text of (await outputs()).values()) {
    const links = (text.match(/https?:\/\/[^"'`\s)]+/g) ?? []).filter(
      (link) => !link.startsWith("http://www.w3.org/"),
    );
    expect(links).toEqual([]);
  }
});
