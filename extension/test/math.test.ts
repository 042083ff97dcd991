import { describe, expect, test } from "vitest";
import { formula } from "../src/core/math";

/** A formula as nested names, to be read in a test. */
function shape(element: Element | null): string {
  if (!element) return "null";
  const name = element.localName.replace(/^m/, "");
  if (!element.children.length) return `${name}:${element.textContent}`;
  return `${name}(${[...element.children].map(shape).join(" ")})`;
}

const inside = (latex: string): string => shape(formula(latex)?.firstElementChild ?? null);

describe("formula", () => {
  test.each([
    ["x", "i:x"],
    ["x^{2}", "sup(i:x n:2)"],
    ["x_i^2", "subsup(i:x i:i n:2)"],
    ["\\frac{1}{x}", "frac(n:1 i:x)"],
    ["\\sqrt{a b}", "sqrt(row(i:a i:b))"],
    ["-x", "row(o:− i:x)"],
    ["\\sigma(x)", "row(i:σ o:( i:x o:))"],
    ["\\operatorname{softmax}", "i:softmax"],
    ["\\left( x \\right)", "row(o:( i:x o:))"],
    ["\\exp x \\cdot 3.5", "row(i:exp i:x o:· n:3.5)"],
    ["\\unknown", "text:\\unknown"],
  ])("reads %s", (latex, expected) => {
    expect(inside(latex)).toBe(expected);
  });

  test("of broken input is still an element", () => {
    for (const latex of ["{", "}", "^", "\\frac", "\\left", "x^^2", "{{{", "a}b"]) {
      expect(formula(latex)?.localName).toBe("math");
    }
  });

  test("that is too deep or too long is none", () => {
    expect(formula("{".repeat(500))).toBeNull();
    expect(formula("x".repeat(5_000))).toBeNull();
    expect(formula("")).toBeNull();
    expect(formula("\\")).toBeNull();
  });
});
