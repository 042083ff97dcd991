// Every text that a person reads or hears, in one place, ready for translation.

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** What was saved, as a difference: a minus is less. */
const signed = (n: number, one: string, many = `${one}s`, tail = ""): string =>
  `${n > 0 ? "−" : "+"}${Math.abs(n)} ${Math.abs(n) === 1 ? one : many}${tail}`;

const digitsOf = (n: number): string => String(Number(n.toPrecision(3)));

/** Microseconds as a person says them. */
const took = (us: number): string =>
  us < 1_000
    ? `${digitsOf(us)} µs`
    : us < 1_000_000
      ? `${digitsOf(us / 1_000)} ms`
      : `${digitsOf(us / 1_000_000)} s`;

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

  noAnswer:
    "The kernel has not answered: it is busy, or it was started again since. Run the cell once more.",

  // the panes
  before: "before",
  graph: "graph",
  atStep: (k: number, all: number) =>
    k === all ? "optimized" : k === 0 ? "as written" : `after rewrite ${k} of ${all}`,
  pane: (name: string, nodes: number) =>
    `${name}, ${plural(nodes, "node")}. Arrow keys walk along the edges.`,
  output: "output",
  newValue: (shared: string) => `new ${shared}`,
  noNodes: "There is nothing to draw: this graph has no nodes.",
  zoomIn: "zoom in",
  zoomOut: "zoom out",
  fit: "show the whole graph",
  save: "save this picture",
  back: (label: string) => `back to ${label}`,
  wholeGraph: "the whole graph",

  // a node in words
  kinds: { input: "input", shared: "shared variable", constant: "constant", apply: "operation" },
  legend: "what the shapes and signs mean",
  marks: {
    dim: "not on the way",
    evaluated: "evaluated",
    lit: "followed",
    found: "found",
    joined: "written twice, computed once",
    stopped: "breakpoint",
    twin: "the selected node in this picture",
    rewired: "reads something else now",
    gone: "gone by now",
    matched: "replaced by this rewrite",
    added: "made by this rewrite",
    running: "evaluated just now",
    failed: "where it failed",
    selected: "selected",
  },
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
  fold: "fold what only it needs",
  unfoldCone: "show again what was folded into it",
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
    path: "the ways from this node to the next one you select",
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
  pass: (name: string, n: number, us?: number) =>
    `pass ${name}, ${plural(n, "rewrite")}${us === undefined ? "" : `, ${took(us)}`}: go to its end`,
  noPass: "rewrites",
  limit: "which rewrites count",
  limitAll: "all rewrites",
  limitNode: "what happened to the selected node",
  limitRegion: "what happened in what it needs",
  limitRule: (rule: string, n: number) => `${rule} (${n})`,
  limited: (n: number, all: number) => `${n} of ${all}`,

  // the time of the rewriting
  timeStrip: (longest: number, all: number) =>
    `Time of each rewrite: ${took(all)} in all, the longest ${took(longest)}`,
  times: (all: number) => `Time: ${took(all)} for all rewrites`,
  timesHelp:
    "Of a rule: to match and to replace. Of a pass over the whole graph: since its rewrite before.",
  timesByPass: "pass",
  timesByRule: "rule",
  rewrites: "rewrites",
  time: "time",
  wholePass: "with searching",
  onlyRule: (rule: string) => `show only ${rule} in the timeline`,

  // the explanation
  explanation: "What happened here",
  rewriteTitle: (k: number, all: number) => `Rewrite ${k} of ${all}`,
  untouched: "This is the graph as it was written.",
  untouchedHint: "Go on with ], play with Space, or drag the slider.",
  where: "where",
  change: (gone: number, added: number, us?: number) =>
    `${plural(gone, "node")} out, ${plural(added, "node")} in` +
    (us === undefined ? "" : `, in ${took(us)}`),
  inPass: (name: string) => `pass ${name}`,
  declinedCount: (n: number) => `${plural(n, "rule")} looked and said no`,
  askDeclined: "show near misses",
  noneDeclined: "No rule came near and said no.",
  nextDeclined: (step: number) => `to the near miss after rewrite ${step}`,
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
  took,
  forward: "value",
  gradient: "gradient of the first output",
  statement: (k: number, all: number) => `statement ${k} of ${all} inside the node`,
  moreStatements: "Only the first statements were recorded; there are more.",
  changeValue: "change the value",
  index: "which part of the value",
  indexExample: (axes: number) => ["0:5", "0, 0:5"][axes - 1] ?? "0, 0, 0:5",
  lookAt: "show this part",
  element: "which element",
  turn: (label: string, turn: number) => `${label}, turn ${turn}`,
  turnOf: (label: string) => `turn of ${label}`,
  showTurn: "show this turn",
  within: (label: string, op: string, which: number) =>
    op.startsWith("ifelse")
      ? `in the ${which ? "second" : "first"} branch of ${label}; the ${which ? "first" : "second"} ` +
        "is not computed"
      : `inside ${label}`,
  turns: (first: number, last: number, all: number | null) =>
    all !== null && last - first + 1 >= all
      ? `All ${plural(all, "turn")} ${all === 1 ? "is" : "are"} recorded, counted from 0.`
      : [
          first === last ? `Turn ${first} is recorded` : `Turns ${first} to ${last} are recorded`,
          "counted from 0",
          all === null ? "the loop did not come to its end." : `there are ${all} in all.`,
        ].join(", "),
  noTurns: (all: number | null) =>
    all === 0
      ? "The loop took no turn."
      : `None of its ${all === null ? "" : `${all} `}turns is recorded.`,
  turnNotRecorded: "This turn is not recorded; with a kernel it can be asked for.",

  // a call that waits in the kernel
  lead: "the call in the kernel",
  ways: {
    next: { name: "step", tip: "run the next node of the paused call" },
    into: { name: "into", tip: "run the next node of the paused call, also inside of loops" },
    out: { name: "out", tip: "run the paused call to the end of the loop" },
    go: { name: "go on", tip: "run the paused call to the next breakpoint" },
    leave: { name: "run on", tip: "run the paused call to its end without stopping" },
    stop: { name: "stop", tip: "stop the paused call with an interrupt" },
  },
  leading: {
    asking: () => "A call wants to pause here.",
    paused: (where: string) => `The call is paused after ${where}.`,
    running: () => "The call runs.",
    over: () => "The call is over; this is all of it, recorded.",
    failed: () => "The call failed; this is what it did, recorded.",
    stopped: () => "The call was stopped.",
    away: () => "The call is not paused.",
  },

  // breakpoints, watches, memory
  breakpoints: "Breakpoints and watches",
  condition: "stop where",
  conditionExample: "nan > 0",
  noCondition:
    "Write for example: nan > 0, max >= 1e6 or inf > 0, shape[0] != 32, op = exp, turn = 17 and nan > 0",
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
    ["{  }", "to the end of the pass before, of this pass"],
    ["Home  End", "first, last state"],
    ["Space", "play, pause"],
    ["arrows", "walk along the edges; with Shift move the picture"],
    ["Enter", "unfold or fold what is inside a node"],
    ["f  u", "fold what only this node needs; unfold or fold all"],
    ["i", "tell about the selected node"],
    ["a  d  w", "what it needs, what needs it, both"],
    ["m  p", "mark a node; the ways from it to the selected one"],
    ["/", "search"],
    ["n  b", "evaluate the next node (of a paused call too); one back"],
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
