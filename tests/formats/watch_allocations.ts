const NAMES = [
  ...["Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array"],
  ...["Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "ArrayBuffer"],
] as const;

/**
 * Runs `work` and tells the bytes of the largest buffer that it asked for by length: of a length taken from a damaged
 * file, which the operating system would grant without complaint and without touching a page.
 */
export async function largestAllocation(work: () => Promise<void>): Promise<number> {
  let largest = 0;
  const before = NAMES.map((name) => globalThis[name]);
  const all = globalThis as Record<string, unknown>;
  for (const name of NAMES) {
    const original = globalThis[name];
    const unit = "BYTES_PER_ELEMENT" in original ? original.BYTES_PER_ELEMENT : 1;
    all[name] = new Proxy(original, {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0] * unit);
        return Reflect.construct(target, args, newTarget);
      },
    });
  }
  try {
    await work();
  } finally {
    NAMES.forEach((name, i) => all[name] = before[i]);
  }
  return largest;
}
