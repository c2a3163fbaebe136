/** Values that are alive, as completion and inspection ask for them. */

/** The names below a path of names; with an empty path those of the global scope. */
export function namesBelow(path: string): string[] {
  const names = new Set<string>();
  for (let object: unknown = Object(valueAt(path)); object; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name);
  }
  return [...names];
}

/** A short text of the value at a path of names; null for functions, and where there is none. */
export function describeValue(path: string): string | null {
  const value = valueAt(path);
  if (value === undefined || typeof value === "function") return null;
  return Deno.inspect(value, { depth: 1, compact: true, breakLength: Infinity, iterableLimit: 8 }).slice(
    0,
    200,
  );
}

function valueAt(path: string): unknown {
  const names = path.split(/\??\./).map((name) => name.trim()).filter(Boolean);
  return names.reduce(
    (value: unknown, name) => (value as Record<string, unknown> | null)?.[name],
    globalThis,
  );
}
