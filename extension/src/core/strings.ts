// Every text that a person reads or hears, in one place, ready for translation.

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** What was saved, as a difference: a minus is less. */
const signed = (n: number, one: string, many = `${one}s`, tail = ""): string =>
  `${n > 0 ? "−" : "+"}${Math.abs(n)} ${Math.abs(n) === 1 ? one : many}${tail}`;

const digitsOf = (n: number): string => String(Number(n.toPrecision(3)));

/** Bytes as a person says them. */
const bytes = (n: number): string => {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  let left = n;
  for (; left >= 1_000 && at < units.length - 1; at += 1) left /= 1_000;
  return `${digitsOf(left)} ${units[at]}`;
};

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
  newValue: (shared: string) => `new ${shared}`,
  zoomIn: "zoom in",
  zoomOut: "zoom out",
  fit: "show the whole graph",
  save: "save this picture",
  back: (label: string) => `back to ${label}`,
  wholeGraph: "the whole graph",

  // a node in words
  kinds: { input: "input", shared: "shared variable", constant: "constant", apply: "operation" },
  node: (label: string, kind: string, type: string) =>
    [label, kind, type].filter(Boolean).join(", "),
  reads: (labels: readonly string[]) => (labels.length ? `reads ${labels.join(" and ")}` : ""),
  readBy: (labels: readonly string[]) => (labels.length ? `read by ${labels.join(" and ")}` : ""),

  moments: {
    made: "made it",
    changed: "gave it another input",
    matched: "matched it",
    taken: "took it away",
  },
  moment: (step: number, rule: string, what: string) => `${step}: ${rule} ${what}`,
  life: (n: number) => `What happened to this node: ${plural(n, "rewrite")}`,
  andMore: (n: number) => `and ${n} more`,
  unfold: "unfold it here",
  nothingToUnfold: "There is nothing to fold or unfold here.",
  foldedTo: (n: number) => `${plural(n, "node")} are drawn now.`,

  // search, and what is followed
  search: "search nodes",
  searchExample: "search",
  searchHelp:
    "Name, op, type or rule; or say where: op:exp dtype:float32 rule:merge line:3 kind:shared value:nan",
  clearSearch: "clear the search",
  found: (n: number, at: number) =>
    n === 0 ? "nothing found" : at < 0 ? `${n} found` : `${at + 1} of ${n}`,
  follow: "Follow from the selected node",
  followNone: "All nodes are shown alike.",
  reaches: {
    none: "nothing",
    ancestors: "what it needs",
    descendants: "what needs it",
    both: "all that leads through it",
    path: "the ways from the marked node (m) to it",
  },
  following: (what: string, n: number) => `${what}: ${plural(n, "node")}`,
  anchored: (label: string) =>
    label ? `Ways start at ${label} now.` : "Select a node first, then press m.",
  lit: (n: number) => `${plural(n, "node")} of this line.`,

  // how to look at it
  viewMenu: "view",
  direction: "direction",
  directions: { down: "downwards", right: "to the right" },
  theme: "colours",
  themes: { auto: "as around it", light: "light", dark: "dark" },
  options: {
    still: "nothing moves between steps",
    together: "both pictures move together",
    minimap: "small map",
    types: "types on the edges",
    common: "written twice, computed once",
    present: "presentation",
    quiz: "quiz",
  },
  unfoldAll: "unfold all",
  foldAll: "fold all",

  // files
  formats: { svg: "SVG", png: "PNG", dot: "dot", tikz: "TikZ", html: "page" },
  saveAs: (format: string) =>
    format === "html" ? "save the whole viewer as a page that works offline" : `save as ${format}`,
  saving: "…",
  saved: "saved",
  notSaved: (why: string) => `not saved: ${why}`,
  tooLarge: "the picture is too large for the browser",
  noScript: "this host cannot make a page; use teachgraph.write_html in Python",
  close: "close",

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
  limit: "which rewrites count",
  limitAll: "all rewrites",
  limitNode: "what happened to the selected node",
  limitRegion: "what happened in what it needs",
  limitRule: (rule: string, n: number) => `${rule} (${n})`,
  limited: (n: number, all: number) => `${n} of ${all}`,

  // the explanation
  explanation: "What happened here",
  rewriteTitle: (k: number, all: number) => `Rewrite ${k} of ${all}`,
  untouched: "This is the graph as it was written.",
  untouchedHint: "Go on with ], play with Space, or drag the slider.",
  where: "where",
  change: (gone: number, added: number) =>
    `${plural(gone, "node")} out, ${plural(added, "node")} in`,
  inPass: (name: string) => `pass ${name}`,
  declinedCount: (n: number) => `${plural(n, "rule")} looked and said no`,
  askDeclined: "show near misses",
  rules: "rules that are on",
  ruleOn: (rule: string) => `use ${rule}`,
  saves: "what it saved",
  savesNodes: (n: number) => signed(n, "node"),
  savesPasses: (n: number) => signed(n, "pass", "passes", " over memory"),
  savesBytes: (n: number) => `${n > 0 ? "−" : "+"}${bytes(Math.abs(n))}`,
  rounding: "rounding",

  // errors
  error: "Error",
  verbosity: "detail",
  levels: { low: "low", medium: "medium", high: "high", tutor: "tutor" },
  repair: "put it into a new cell",
  inserted: "It is in a new cell.",
  copied: "It is on the clipboard.",
  notCopied: "Copy it from here: this page has no cells and no clipboard.",
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
  heat: "heat map of the array",
  image: "the array as an image",
  stepPlay: "play the evaluation",
  stepPause: "pause the evaluation",
  runHere: "run to the selected node",
  runStop: "run to the next breakpoint",
  runBad: "to the first nan or inf",
  notInRun: "The selected node was not evaluated in this run.",
  noStop: "No breakpoint was met: this is the end.",
  took: (us: number) => (us < 1_000 ? `${digitsOf(us)} µs` : `${digitsOf(us / 1_000)} ms`),
  forward: "value",
  gradient: "gradient of the first output",
  statement: (k: number, all: number) => `statement ${k} of ${all} inside the node`,
  moreStatements: "Only the first statements were recorded; there are more.",
  changeValue: "change the value",
  index: "which part of the value",
  indexExample: (axes: number) => ["0:5", "0, 0:5"][axes - 1] ?? "0, 0, 0:5",
  lookAt: "show this part",
  element: "which element",
  turns: (first: number, last: number, all: number) =>
    `Turns ${first} to ${last} of ${all} are recorded.`,
  fromTurn: "first turn to show",
  showTurns: "show turns from here",

  // breakpoints, watches, memory
  breakpoints: "Breakpoints and watches",
  condition: "stop where",
  conditionExample: "nan > 0",
  noCondition: "Write for example: nan > 0, max >= 1e6 or inf > 0, shape[0] != 32, op = exp",
  addBreak: "add breakpoint",
  breakHere: "stop at the selected node",
  watchHere: "watch the selected node",
  anyNode: "any node",
  removeBreak: (words: string) => `remove the breakpoint ${words}`,
  unwatch: (label: string) => `do not watch ${label}`,
  notYet: "not evaluated yet",
  memory: "Memory",
  bytes: (n: number) => bytes(n),
  block: (label: string, size: string) => `${label}, ${size}`,
  memoryNow: (now: string, n: number, peak: string) =>
    `${now} in ${plural(n, "value")} now; ${peak} at most`,

  // code
  code: "Code",
  whichCode: "which code",
  codeHelp: "Choose a line to see its nodes; the lines of the selected node are marked.",
  yourCode: "your code",
  cellName: (cell: string) => `cell ${cell}`,

  // the quiz
  quiz: "Quiz",
  quizKinds: "what to ask",
  quizStart: "Predict, then see whether it is so.",
  quizAsk: {
    rule: "next rewrite",
    shape: "type and shape",
    value: "value",
    gradient: "gradient",
  },
  noQuestion: {
    rule: "There is no further rewrite to predict: go back with [ first.",
    shape: "There is no operation to ask about.",
    value: "There is no value to predict: step through a call, and go back in it first.",
    gradient: "There are no gradients in this run.",
  },
  quizRule: "Which rule is used next?",
  quizShape: (label: string) => `Which type and shape has ${label}, the selected node?`,
  quizValue: (label: string) => `Which value does ${label}, the selected node, get?`,
  quizGradient: (label: string) => `Which gradient reaches ${label}, the selected node?`,
  check: "check",
  reveal: "reveal",
  another: "another one",
  chooseFirst: "Choose an answer first.",
  itIs: (truth: string) => `It is ${truth}.`,
  quizRight: (truth: string) => `Right: ${truth}.`,
  quizWrong: (truth: string) => `Not quite: it is ${truth}.`,
  score: (right: number, asked: number) => `${right} of ${asked} right`,

  // the selected node
  inspector: "Selected node",
  nothingSelected: "Click a node, or walk with the arrow keys, to see what it is.",
  source: "written at",
  line: (file: string, line: number) => (file ? `${file}, line ${line}` : `line ${line}`),
  cell: (cell: string, line: number) => `cell ${cell}, line ${line}`,
  domain: "domain",
  inputs: "reads",
  users: "read by",
  joined: (n: number) => `written ${n} times, computed once:`,
  openInner: "open the graph inside",

  // the outline
  outline: "Outline",
  outlineHelp: "The graph as a tree: below each node, the nodes that it reads.",
  seenAbove: "(told above)",
  more: (n: number) => `${plural(n, "more node")} not listed`,

  // JupyterLab
  panelTitle: "teachgraph",
  panelCommand: "Show the last graph of this notebook in a panel",
  panelCaption:
    "Opens the newest graph among the outputs of the active notebook beside it. It is a copy: it does " +
    "not follow the notebook.",
  panelEmpty: "The notebook holds no graph yet. Show one in a cell, then run this command again.",
  sideCommand: "Show the graphs of the active kernel",
  sideCaption:
    "Lists the variables, functions and shared values of the notebook; a click draws one.",
  sideTitle: "Graphs of this kernel",
  sideFilter: "filter by name or type",
  sideNoMatch: "No name or type holds these letters.",
  sideCount: (n: number) => String(n),
  sideNoNotebook: "No notebook with a Python kernel is active.",
  sideNone: "This kernel holds no symbolic variable, function or shared value yet.",
  sideNotLoaded: "teachgraph is not imported in this kernel.",
  sideRefresh: "look again",
  sideKinds: { function: "Functions", variable: "Variables", shared: "Shared values" },
  sideShow: (name: string) => `draw ${name}`,
  sideFailed: (why: string) => `The kernel answered: ${why}`,
  drawCommand: "Draw the variable or function under the cursor",
  presentCommand: "Present the last graph",

  // keys
  keys: "keys",
  keyList: [
    ["[  ]", "one rewrite back, on (of those that count)"],
    ["Home  End", "first, last state"],
    ["Space", "play, pause"],
    ["arrows", "walk along the edges"],
    ["Enter", "unfold or fold what is inside a node"],
    ["f  u", "fold what only this node needs; unfold or fold all"],
    ["i", "tell about the selected node"],
    ["a  d  w", "what it needs, what needs it, both"],
    ["m  p", "mark a node; the ways from it to the selected one"],
    ["/", "search"],
    ["n  b", "evaluate the next node; one back"],
    ["e  o", "into a node, out of it"],
    ["g  .", "run to the selected node; play the evaluation"],
    ["x  v", "breakpoint at, watch the selected node"],
    ["r  l  k  t", "direction; nothing moves; pictures move together; types on edges"],
    ["c", "mark what was written twice and is computed once"],
    ["s", "save the picture"],
    ["Shift P  Shift Q", "presentation (Page Up and Down step); quiz"],
    ["+  -  0", "zoom in, out, fit"],
    ["Escape", "leave what is followed, the presentation, the inner graph"],
    ["?", "this list"],
  ],
} as const;
