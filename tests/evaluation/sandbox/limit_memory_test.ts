import assert from "node:assert/strict";
import { limitMemory } from "../../../lib/evaluation/sandbox/limit_memory.ts";

/** A module with one memory, exported as `m`: a minimum of 1 page, a maximum of 32768 in three bytes. */
const module = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic number, version
  ...[5, 6, 1, 1, 1, 0x80, 0x80, 2], // memory section
  ...[7, 5, 1, 1, 0x6d, 2, 0], // export section
);

const memory = (bytes: Uint8Array<ArrayBuffer>) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.m as WebAssembly.Memory;

Deno.test("a memory grows to its limit, and no further", () => {
  const limited = memory(limitMemory(module, 3 * 65536 + 100));
  assert.equal(limited.grow(2), 1);
  assert.throws(() => limited.grow(1), RangeError);
  assert.equal(memory(module).grow(3), 1);
});

Deno.test("a module without a single memory that has a maximum is refused", () => {
  const empty = module.slice(0, 8);
  const boundless = Uint8Array.of(...empty, 5, 3, 1, 0, 1);
  for (const bytes of [empty, boundless]) assert.throws(() => limitMemory(bytes, 1e6), /no single memory/);
});
