// What the build and the hosts provide in place of a file.

declare module "layout-worker" {
  const source: string;
  export default source;
}

declare module "*.css" {
  const text: string;
  export default text;
}

/** Left for JupyterLab: it hands over the modules that it shares. */
declare function require(name: string): unknown;
