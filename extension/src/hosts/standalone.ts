// The host for a page that stands alone: every `<script type="application/json" data-teachgraph>`
// is replaced by its viewer. The script holds the document, with `<` written as \u003c.

import { mount } from "../core/viewer";

/** A script that is no JSON becomes a message, as every other unreadable document does. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The text of this very script, for a page that is saved from this page. */
const own = document.currentScript?.textContent ?? "";

/** What the address asks for, as `page.html#present` or `#direction=right&still=true`. */
function wanted(): Record<string, unknown> {
  const found = [...new URLSearchParams(location.hash.slice(1))];
  return Object.fromEntries(
    found.map(([name, value]) => [name, value === "" || value === "true" ? true : value]),
  );
}

function start(): void {
  const scripts = document.querySelectorAll('script[type="application/json"][data-teachgraph]');
  // a page without colours of its own follows the reader's preference, as the viewer does
  document.documentElement.style.colorScheme ||= "light dark";
  for (const script of scripts) {
    const home = document.createElement("div");
    home.dataset["teachgraphHost"] = "standalone";
    script.after(home);
    mount(home, parsed(script.textContent ?? ""), { script: () => Promise.resolve(own) }, wanted());
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
