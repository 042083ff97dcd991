import { describe, expect, test } from "vitest";
import { Trace } from "../src/core/trace";
import { brief, digits } from "../src/core/values";
import { fixtures } from "./support";

describe("Trace", () => {
  test("knows the values up to a position, and none before the first", () => {
    const trace = new Trace(fixtures.logistic);
    expect(trace.length).toBe(2);
    expect([...trace.valuesAt(0).keys()]).toEqual([]);
    expect([...trace.valuesAt(1).keys()]).toEqual(["v0"]);
    expect([...trace.valuesAt(2).keys()]).toEqual(["v0", "a4"]);
  });

  test("stops at both ends", () => {
    const trace = new Trace(fixtures.logistic);
    expect([trace.back(0), trace.next(2), trace.into(2), trace.out(1)]).toEqual([0, 2, null, null]);
  });
});

describe("a value inside a node", () => {
  const value = { dtype: "float64", shape: [], text: "0.5" };

  test("is the number itself when it is one", () => {
    expect(brief([{ ...value, data: [0.5] }])).toBe("= 0.5");
    expect(brief([{ ...value, data: ["nan"], nan: 1 }])).toBe("= nan");
  });

  test("is its shape when it is long, with what is not finite", () => {
    const long = { dtype: "float64", shape: [2, 3], text: "[[1. 2. 3.]\n [4. 5. 6.]]" };
    expect(brief([long])).toBe("= (2, 3)");
    expect(brief([{ ...long, nan: 2, inf: 1 }])).toBe("(2, 3) 2 nan, 1 inf");
    expect(brief([])).toBeUndefined();
  });

  test("has five digits", () => {
    expect([digits(0.123456789), digits(1e-9), digits(3), digits("inf")]).toEqual([
      "0.12346",
      "1e-9",
      "3",
      "inf",
    ]);
  });
});
