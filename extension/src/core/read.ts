// From unknown JSON to a document that the rest may trust. Nothing here throws: a part that does not
// have its shape is left out and counted, and a document without a graph is a fault in words.

import { type Document, type Shape, SHAPES } from "../protocol";
import { strings } from "./strings";

export const FIRST_GRAPH = "g0";

/** No honest document comes near these; they bound what a hostile one may cost. */
const MOST_VALUES = 3_000_000;
const LONGEST_TEXT = 20_000;

export type Reading =
  { readonly document: Document; readonly skipped: number } | { readonly fault: string };

/** The document in `data`, with the number of parts left out, or what is wrong in words. */
export function read(data: unknown): Reading {
  if (!isRecord(data)) return { fault: strings.notAnObject };
  const format = data["schema"];
  if (typeof format !== "string") return { fault: strings.notAnObject };
  if (format !== "teachgraph/1") return { fault: strings.otherVersion(format.slice(0, 40)) };
  const patched = { title: "", minor: 0, timeline: [], ...data };
  const reader = new Reader();
  const document = reader.value(patched, SHAPES["Document"]!) as Document | undefined;
  if (!document?.graphs[FIRST_GRAPH]) return { fault: strings.noGraph };
  return { document, skipped: reader.skipped };
}

/** A part of the format out of unknown data, or undefined. */
export function readAs<T>(name: string, data: unknown): T | undefined {
  return new Reader().value(data, SHAPES[name]!) as T | undefined;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** Copies the known parts of unknown data; `undefined` stands for a part without its shape. */
class Reader {
  skipped = 0;
  private left = MOST_VALUES;

  value(data: unknown, shape: Shape): unknown {
    this.left -= 1;
    if (this.left < 0) return undefined;
    if (shape === "string") return typeof data === "string" ? clip(data) : undefined;
    if (shape === "number") return Number.isFinite(data) ? data : undefined;
    if (shape === "integer")
      return Number.isInteger(data) && (data as number) >= 0 ? data : undefined;
    if ("one" in shape) return shape.one.includes(data) ? data : undefined;
    if ("name" in shape) return this.value(data, SHAPES[shape.name]!);
    if ("list" in shape) return this.list(data, shape.list);
    if ("tuple" in shape) return this.tuple(data, shape.tuple);
    if ("map" in shape) return this.map(data, shape.map);
    if ("union" in shape) return this.union(data, shape.union);
    return this.record(data, shape.fields, shape.required);
  }

  private list(data: unknown, shape: Shape): unknown {
    if (!Array.isArray(data)) return undefined;
    const kept: unknown[] = [];
    for (const part of data) {
      const value = this.value(part, shape);
      if (value === undefined) this.skipped += 1;
      else kept.push(value);
      if (this.left < 0) break;
    }
    return kept;
  }

  private tuple(data: unknown, shapes: readonly Shape[]): unknown {
    if (!Array.isArray(data) || data.length !== shapes.length) return undefined;
    const values = shapes.map((shape, i) => this.value(data[i], shape));
    return values.includes(undefined) ? undefined : values;
  }

  private map(data: unknown, shape: Shape): unknown {
    if (!isRecord(data)) return undefined;
    // without a prototype, a key such as __proto__ is a key like any other
    const kept = Object.create(null) as Record<string, unknown>;
    for (const [key, part] of Object.entries(data)) {
      const value = this.value(part, shape);
      if (value === undefined) this.skipped += 1;
      else kept[key] = value;
      if (this.left < 0) break;
    }
    return kept;
  }

  private union(data: unknown, shapes: readonly Shape[]): unknown {
    for (const shape of shapes) {
      const value = this.value(data, shape);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private record(
    data: unknown,
    fields: Readonly<Record<string, Shape>>,
    required: readonly string[],
  ): unknown {
    if (!isRecord(data)) return undefined;
    const kept: Record<string, unknown> = {};
    for (const [key, shape] of Object.entries(fields)) {
      if (!Object.hasOwn(data, key)) continue;
      const value = this.value(data[key], shape);
      if (value !== undefined) kept[key] = value;
      else if (required.includes(key)) return undefined;
      else this.skipped += 1;
    }
    return required.every((key) => key in kept) ? kept : undefined;
  }
}

function clip(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
