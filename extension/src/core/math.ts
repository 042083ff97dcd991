// A little LaTeX as MathML, which browsers set themselves: fractions, powers, roots, brackets, Greek
// letters, named functions. What is not known is shown as it is written.

import { math } from "./dom";
import { FUNCTIONS, LARGE, LETTERS, SIGNS } from "./signs";

const NESTING = 40;

const BRACKETS: Readonly<Record<string, readonly [string, string]>> = {
  cases: ["{", ""],
  pmatrix: ["(", ")"],
  bmatrix: ["[", "]"],
  vmatrix: ["|", "|"],
};

/** The formula as an element, or null where it is too deep or too long to be one. */
export function formula(latex: string, display: "block" | "inline" = "block"): Element | null {
  const tokens = latex.slice(0, 4_000).match(/\\(?:[a-zA-Z]+|.)|[0-9]+(?:\.[0-9]+)?|\s+|[^\\]/gsu);
  if (!tokens || latex.length > 4_000) return null;
  const parser = new Parser(tokens);
  const row = parser.row(() => false);
  return parser.tooDeep ? null : math("math", { display }, row);
}

class Parser {
  tooDeep = false;
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  /** Atoms with their scripts, up to a token that ends the row or to the end. */
  row(ends: (token: string) => boolean): Element {
    const parts: Element[] = [];
    this.depth += 1;
    if (this.depth > NESTING) this.tooDeep = true;
    while (this.at < this.tokens.length && !ends(this.tokens[this.at]!) && !this.tooDeep) {
      parts.push(...this.scripted());
    }
    this.depth -= 1;
    return parts.length === 1 ? parts[0]! : math("mrow", {}, ...parts);
  }

  private scripted(): Element[] {
    const base = this.atom();
    if (!base) return [];
    let sub: Element | undefined;
    let sup: Element | undefined;
    for (this.space(); "^_".includes(this.tokens[this.at] ?? "none"); this.space()) {
      const script = this.tokens[this.at++];
      const body = this.argument();
      if (script === "^") sup = body;
      else sub = body;
    }
    if (sub && sup) return [math("msubsup", {}, base, sub, sup)];
    if (sub) return [math("msub", {}, base, sub)];
    return [sup ? math("msup", {}, base, sup) : base];
  }

  private space(): void {
    while (/^\s/.test(this.tokens[this.at] ?? "")) this.at += 1;
  }

  private argument(): Element {
    this.space();
    return this.atom() ?? math("mrow");
  }

  private group(): Element {
    const inside = this.row((token) => token === "}");
    this.at += 1;
    return inside;
  }

  /** The words between two braces, as text. */
  private words(): string {
    this.space();
    if (this.tokens[this.at] !== "{") return this.tokens[this.at++] ?? "";
    let found = "";
    for (this.at += 1; this.at < this.tokens.length && this.tokens[this.at] !== "}"; this.at += 1) {
      found += this.tokens[this.at]!.replace(/^\\(?=[^a-zA-Z])/, "");
    }
    this.at += 1;
    return found;
  }

  private atom(): Element | undefined {
    const token = this.tokens[this.at++];
    if (token === undefined || /^\s/.test(token) || token === "}") return undefined;
    if (token === "{") return this.group();
    if (token.startsWith("\\")) return this.command(token.slice(1));
    if (/^[0-9]/.test(token)) return math("mn", {}, token);
    if (/^\p{L}/u.test(token)) return math("mi", {}, token);
    return math("mo", { stretchy: "false" }, token === "-" ? "−" : token);
  }

  private command(name: string): Element | undefined {
    switch (name) {
      case "frac":
      case "dfrac":
      case "tfrac":
        return math("mfrac", {}, this.argument(), this.argument());
      case "sqrt":
        return math("msqrt", {}, this.argument());
      case "operatorname":
      case "mathrm":
      case "mathit":
      case "mathbf":
      case "mathtt":
        return math("mi", { mathvariant: "normal" }, this.words());
      case "text":
      case "textrm":
      case "texttt":
        return math("mtext", {}, this.words());
      case "begin":
        return this.environment();
      case "left":
        return this.fenced();
      case "overline":
      case "bar":
        return math("mover", {}, this.argument(), math("mo", {}, "‾"));
      case "displaystyle":
      case "limits":
        return undefined;
      default:
        return this.sign(name);
    }
  }

  /** Rows of cells: `cases` behind a brace, matrices between their brackets. */
  private environment(): Element {
    const name = this.words();
    const rows: Element[] = [];
    let cells: Element[] = [];
    const ends = (token: string): boolean => token === "&" || token === "\\\\" || token === "\\end";
    for (;;) {
      cells.push(math("mtd", {}, this.row(ends)));
      const token = this.tokens[this.at++];
      if (token === "&") continue;
      rows.push(math("mtr", {}, ...cells));
      cells = [];
      if (token !== "\\\\" || this.tooDeep) break;
    }
    this.words(); // the name again, after \\end
    const table = math("mtable", name === "cases" ? { columnalign: "left" } : {}, ...rows);
    const [open, close] = BRACKETS[name] ?? ["", ""];
    const fence = (sign: string): Element[] =>
      sign ? [math("mo", { stretchy: "true" }, sign)] : [];
    return math("mrow", {}, ...fence(open), table, ...fence(close));
  }

  private fenced(): Element {
    const open = this.fence();
    const inside = this.row((token) => token === "\\right");
    this.at += 1;
    return math("mrow", {}, ...open, inside, ...this.fence());
  }

  private fence(): Element[] {
    const token = this.tokens[this.at++] ?? "";
    const sign = token.startsWith("\\") ? (SIGNS.get(token.slice(1)) ?? token) : token;
    return sign === "." || sign === "" ? [] : [math("mo", { stretchy: "true" }, sign)];
  }

  private sign(name: string): Element {
    if (LARGE.has(name)) return math("mo", { largeop: "true" }, LARGE.get(name)!);
    if (LETTERS.has(name)) return math("mi", {}, LETTERS.get(name)!);
    if (SIGNS.has(name)) return math("mo", {}, SIGNS.get(name)!);
    if (FUNCTIONS.has(name)) return math("mi", { mathvariant: "normal" }, name);
    return math("mtext", {}, `\\${name}`);
  }
}
