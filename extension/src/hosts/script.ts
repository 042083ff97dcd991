// The script of the page that stands alone, from the server of JupyterLab, which has it beside this one.

export async function labScript(): Promise<string> {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  const { fullLabextensionsUrl } = JSON.parse(config) as { fullLabextensionsUrl?: string };
  if (!fullLabextensionsUrl) return "";
  const answer = await fetch(`${fullLabextensionsUrl}/teachgraph/static/standalone.js`);
  return answer.ok ? answer.text() : "";
}
