import { describe, expect, test } from "vitest";
import { condition, type Subject } from "../src/core/conditions";
import { dotText, tikzText } from "../src/core/export/text";
import { svgText } from "../src/core/export/svg";
import { pageText } from "../src/core/export/page";
import { find } from "../src/core/find";
import { lifeOf } from "../src/core/life";
import { limitedSteps } from "../src/core/limits";
import { listings } from "../src/core/listings";
import { History, start } from "../src/core/model";
import { questionOf } from "../src/core/questions";
import { ancestors, between, descendants, reached } from "../src/core/reach";
import { sceneOf } from "../src/core/render/compose";
import { Trace } from "../src/core/trace";
import { View } from "../src/core/view";
import shared from "./conditions.json";
import { fixtures, kernelDocument } from "./support";

const { logistic, difference } = fixtures;
const first = start(logistic.graphs["g0"]!);
const labels = (ids: Iterable<string>): string[] =>
  [...ids].map((id) => first.nodes.get(id)!.label).sort();

describe("what leads to a node and from it", () => {
  test("are its ancestors and descendants", () => {
    expect(labels(ancestors(first, "a1"))).toEqual(["exp", "neg", "x"]);
    expect(labels(descendants(first, "a1"))).toEqual(["+", "/", "exp"]);
  });

  test("the ways between two nodes are the same from either end", () => {
    expect(between(first, "v0", "a2")).toEqual(between(first, "a2", "v0"));
    expect(labels(between(first, "v0", "a2"))).toEqual(["+", "exp", "neg", "x"]);
  });

  test("nothing is followed without a selected node", () => {
    expect(reached(first, "ancestors", null, null)).toBeNull();
    expect(reached(first, "path", "a1", null)).toBeNull();
  });
});

describe("search", () => {
  const history = new History(logistic);
  const search = (query: string): string[] => labels(find(logistic, history, first, query));

  test.each([
    ["exp", ["exp"]],
    ["kind:constant", ["1", "1"]],
    ["op:exp dtype:float64", ["exp"]],
    ["line:T.exp kind:apply neg", ["neg"]],
    ["dtype:complex", []],
    ["   ", []],
  ])("%s", (query, found) => expect(search(query)).toEqual(found));

  test("finds the nodes that a rule took or made", () => {
    expect(search("rule:one").length).toBe(5);
  });
});

describe("a condition", () => {
  const { label, op, turns, value } = shared.subject;
  const subject: Subject = { label, op, turns, values: [value as Subject["values"][number]] };

  test.each(shared.conditions as [string, boolean][])("%s", (text, holds) =>
    expect(condition(text)!(subject)).toBe(holds),
  );

  test.each(shared.none)("that cannot be read is none: %s", (text) =>
    expect(condition(text)).toBeNull(),
  );
});

describe("what happened to a node", () => {
  test("are the rewrites of what it came from too", () => {
    const history = new History(logistic);
    expect(lifeOf(history, "a4").map(({ step, what }) => [step, what])).toEqual([
      [1, "changed"],
      [2, "made"],
    ]);
  });

  test("limits the timeline, and so does a rule", () => {
    const history = new History(difference);
    const states = [history.at(3)];
    const steps = (limit: Parameters<typeof limitedSteps>[1]["limit"], selected: string | null) =>
      limitedSteps(history, { limit, selected, states });
    expect(steps({ kind: "rule", rule: "merge" }, null)).toEqual([1, 2]);
    expect(steps({ kind: "all" }, null)).toBeNull();
    expect(steps({ kind: "node" }, null)).toBeNull();
  });
});

describe("a picture as a file", () => {
  const view = new View(kernelDocument, "g0", { direction: "down", still: false });
  view.toggle("a2");
  let scene = undefined as ReturnType<typeof sceneOf> | undefined;
  view.places.get(0, (placed) => {
    scene = sceneOf(view.at(0), placed, { marks: new Map(), values: new Map() });
  });

  test("is SVG that parses, with every label in it", () => {
    const text = svgText(scene!, () => "#123456", "a < b & c");
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    expect(parsed.documentElement.localName).toBe("svg");
    expect(parsed.querySelector("title")!.textContent).toBe("a < b & c");
    const words = [...parsed.querySelectorAll("text")].map((one) => one.textContent);
    for (const word of ["exp", "mul", "sum", "x", "y", "output"]) expect(words).toContain(word);
  });

  test("is dot with a cluster for the frame", () => {
    const text = dotText(scene!, 'say "no"');
    expect(text).toContain('digraph "say \\"no\\"" {');
    expect(text).toMatch(
      /subgraph cluster_0 \{\n {4}label="fused\{exp, …"; style="rounded,dashed";\n {4}n\d/,
    );
    expect(text.match(/->/g)!.length).toBe(5);
  });

  test("is TikZ in which no sign of LaTeX is left bare", () => {
    const nodes = [{ id: "v0", kind: "input", label: "50%_{x}\\", types: ["f"] }] as const;
    const graphs = { g0: { nodes, outputs: [["v0", 0] as const] } };
    const bare = new View({ ...logistic, graphs, timeline: [] }, "g0", {
      direction: "right",
      still: false,
    });
    bare.places.get(0, (placed) => {
      const drawn = sceneOf(bare.at(0), placed, { marks: new Map(), values: new Map() });
      expect(tikzText(drawn, "t")).toContain("50\\%\\_\\{x\\}\\textbackslash{}");
    });
  });

  test("is a page whose data cannot end its script", () => {
    const page = pageText({ ...logistic, title: "</script><b>" }, "let s = '</script>';", "<t>");
    expect(page.match(/<\/script>/g)!.length).toBe(2);
    expect(page).toContain("\\u003c/script>\\u003cb>");
    expect(page).toContain("<title>&#60;t&#62;</title>");
  });
});

describe("code", () => {
  test("is the reader's own, line by line, with the nodes of each line", () => {
    const [written] = listings(logistic);
    const line = written!.lines.find(({ text }) => text.includes("T.exp"))!;
    expect(line.nodes).toContain("a1");
    expect(line.number).toBe(2);
  });
});

describe("a question", () => {
  const about = {
    document: logistic,
    history: new History(logistic),
    step: 1,
    state: first,
    trace: new Trace(logistic),
    position: 0,
    selected: "a1",
    labelOf: (id: string) => id,
  };

  test("about the next rule has the rule among its choices", () => {
    const question = questionOf("rule", about, 1)!;
    expect(question.choices[question.right]).toContain("one over one plus exp of minus");
    expect(new Set(question.choices).size).toBe(question.choices.length);
  });

  test("about a shape is about the selected node", () => {
    const question = questionOf("shape", about, 2)!;
    expect(question.node).toBe("a1");
    expect(question.choices[question.right]).toBe(first.nodes.get("a1")!.types[0]);
  });

  test("about a gradient is not asked when there is none", () => {
    expect(questionOf("gradient", about, 3)).toBeNull();
  });

  test("is the same for the same turn", () => {
    expect(questionOf("rule", about, 5)).toEqual(questionOf("rule", about, 5));
  });
});
