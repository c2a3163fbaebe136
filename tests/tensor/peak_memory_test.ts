import assert from "node:assert/strict";
import { peakMemory } from "../../lib/tensor/peak_memory.ts";

Deno.test("peakMemory counts memory that was used and freed since the start", () => {
  peakMemory.start();
  const before = peakMemory.read();
  let block: Uint8Array | null = new Uint8Array(200 * 2 ** 20).fill(1);
  assert.equal(block[12345], 1);
  block = null;
  assert.ok(peakMemory.read() - before > 150 * 2 ** 20);
});
