/** What a value in a table is. */
export type ValueKind = "number" | "bigint" | "string" | "boolean" | "date" | "list" | "object" | "null";

/** The kind of a value; undefined counts as null. */
export function valueKind(value: unknown): ValueKind {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return "date";
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return "list";
  const type = typeof value;
  return type === "number" || type === "bigint" || type === "string" || type === "boolean" ? type : "object";
}

/**
 * A value as a reader wants it: thousands apart, at most four digits after the point, very small and very large numbers with
 * an exponent, days without a time of day, what is missing as `–`.
 */
export function valueText(value: unknown): string {
  switch (valueKind(value)) {
    case "null":
      return "–";
    case "number":
      return numberText(value as number);
    case "bigint":
      return (value as bigint).toLocaleString("en-US");
    default:
      return wholeText(value);
  }
}

/** A value with nothing left out, as it is copied: all digits, and nothing for what is missing. */
export function wholeText(value: unknown): string {
  switch (valueKind(value)) {
    case "null":
      return "";
    case "date":
      return dateText(value as Date);
    case "list":
    case "object":
      return jsonText(value);
    default:
      return String(value);
  }
}

function numberText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size >= 1e15 || size > 0 && size < 1e-3) return String(Number(value.toPrecision(4)));
  return value.toLocaleString("en-US", { maximumFractionDigits: size >= 100 ? 1 : 4 });
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return String(date);
  return date.toISOString().replace("T00:00:00.000Z", "").replace(".000Z", "Z");
}

function jsonText(value: unknown): string {
  const plain = ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<number>)
    : value;
  try {
    return JSON.stringify(plain) ?? String(value);
  } catch {
    return String(value); // circular, or with numbers that JSON does not have
  }
}
