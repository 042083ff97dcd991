// The modules that JupyterLab asks for by name. They are required late, so that a host without one of
// the modules that the panel needs still gets the MIME renderer.

export const modules = {
  "./mimeExtension": () => require("./mime") as object,
  "./extension": () => require("./panel") as object,
};
