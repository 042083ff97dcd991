// Every text that a person reads or hears, in one place, ready for translation.

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

export const strings = {
  // the document as a whole
  viewer: (title: string) => `Computation graph: ${title}`,
  untitled: "untitled",
  summary: (before: number, after: number, rewrites: number) =>
    rewrites === 0
      ? plural(before, "node")
      : `${plural(before, "node")} → ${plural(after, "node")} in ${plural(rewrites, "rewrite")}`,
  unreadable: (why: string) => `This graph cannot be shown: ${why}`,
  notAnObject: "the data is not a teachgraph document.",
  otherVersion: (found: string) =>
    `it is in format ${found}, and this viewer reads teachgraph/1. A newer viewer may show it.`,
  noGraph: "it holds no graph.",
  crashed: "something in it was not foreseen.",
  skipped: (n: number) =>
    `${plural(n, "part")} of this document could not be read and ${n === 1 ? "is" : "are"} left out.`,
  truncated: (nodes: number, events: number, reason: string) =>
    `Cut to stay small: ${plural(nodes, "node")} and ${plural(events, "event")} left out. ${reason}`,
  circular: "Some nodes read each other in a circle, which no expression can; drawn anyway.",

  // the panes
  before: "before",
  graph: "graph",
  atStep: (k: number, all: number) =>
    k === all ? "optimized" : k === 0 ? "as written" : `after rewrite ${k} of ${all}`,
  pane: (name: string, nodes: number) =>
    `${name}, ${plural(nodes, "node")}. Arrow keys walk along the edges.`,
  output: "output",
  nothingDrawn: "This graph has no nodes.",
  zoomIn: "zoom in",
  zoomOut: "zoom out",
  fit: "show the whole graph",
  back: (label: string) => `back to ${label}`,
  wholeGraph: "the whole graph",

  // a node in words
  kinds: { input: "input", shared: "shared variable", constant: "constant", apply: "operation" },
  marks: {
    added: "new",
    gone: "replaced later",
    matched: "matched by this rewrite",
    rewired: "reads something new",
    selected: "selected",
    twin: "the same node in the other picture",
    failed: "the error is here",
    running: "being evaluated",
    evaluated: "evaluated",
  },
  node: (label: string, kind: string, type: string) =>
    [label, kind, type].filter(Boolean).join(", "),
  reads: (labels: readonly string[]) => (labels.length ? `reads ${labels.join(" and ")}` : ""),
  readBy: (labels: readonly string[]) => (labels.length ? `read by ${labels.join(" and ")}` : ""),

  // the timeline
  timeline: "timeline of rewrites",
  first: "to the first state",
  previous: "one rewrite back",
  play: "play the rewrites",
  pause: "pause",
  next: "one rewrite on",
  last: "to the last state",
  position: (k: number, all: number) => `${k} / ${all}`,
  start: "before any rewrite",
  passChip: (name: string, n: number) => `${name} ${n}`,
  pass: (name: string, n: number) => `pass ${name}, ${plural(n, "rewrite")}: go to its end`,
  noPass: "rewrites",

  // the explanation
  explanation: "What happened here",
  rewriteTitle: (k: number, all: number) => `Rewrite ${k} of ${all}`,
  untouched: "This is the graph as it was written.",
  untouchedHint: "Go on with ], play with Space, or drag the slider.",
  finished: "This is the optimized graph.",
  why: "why",
  where: "where",
  change: (gone: number, added: number) =>
    `${plural(gone, "node")} out, ${plural(added, "node")} in`,
  inPass: (name: string) => `pass ${name}`,
  declined: "Rules that looked and said no",

  // errors
  error: "Error",
  verbosity: "detail",
  levels: { low: "low", medium: "medium", high: "high", tutor: "tutor" },
  repair: "repair",
  showNodes: (n: number) => `show ${plural(n, "node")}`,

  // the stepper
  stepper: "Evaluation, step by step",
  stepNext: "next node",
  stepBack: "one node back",
  stepInto: "into the inner graph",
  stepOut: "out of the inner graph",
  stepStart: "to the start of the evaluation",
  evaluation: (k: number, all: number) => `${k} / ${all}`,
  turn: (label: string, turn: number) => `${label}, turn ${turn}`,
  notRun: "Nothing is evaluated yet. Press the arrow to evaluate the first node.",
  shape: (shape: readonly number[]) => (shape.length ? shape.join(" × ") : "scalar"),
  statistics: (min: string, max: string, mean: string) => `min ${min}   max ${max}   mean ${mean}`,
  notFinite: (nan: number, inf: number) =>
    [nan ? `${nan} nan` : "", inf ? `${inf} inf` : ""].filter(Boolean).join(", "),
  histogram: "histogram of the finite elements",

  // the selected node
  inspector: "Selected node",
  nothingSelected: "Click a node, or walk with the arrow keys, to see what it is.",
  type: "type",
  value: "value",
  source: "written at",
  line: (file: string, line: number) => (file ? `${file}, line ${line}` : `line ${line}`),
  cell: (cell: string, line: number) => `cell ${cell}, line ${line}`,
  domain: "domain",
  inputs: "reads",
  users: "read by",
  openInner: "open the graph inside",

  // the outline
  outline: "Outline",
  outlineHelp: "The graph as a tree: below each node, the nodes that it reads.",
  seenAbove: "(told above)",
  more: (n: number) => `${plural(n, "more node")} not listed`,

  // the side panel of JupyterLab
  panelTitle: "teachgraph",
  panelCommand: "Show the last graph of this notebook in a panel",
  panelCaption:
    "Opens the newest graph among the outputs of the active notebook beside it. It is a copy: it does " +
    "not follow the notebook.",
  panelEmpty: "The notebook holds no graph yet. Show one in a cell, then run this command again.",

  // keys
  keys: "keys",
  keyList: [
    ["[  ]", "one rewrite back, on"],
    ["Home  End", "first, last state"],
    ["Space", "play, pause"],
    ["arrows", "walk along the edges"],
    ["Enter", "open the graph inside a node"],
    ["+  -  0", "zoom in, out, fit"],
  ],
} as const;
