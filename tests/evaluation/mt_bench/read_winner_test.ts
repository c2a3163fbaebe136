import assert from "node:assert/strict";
import { readWinner } from "../../../lib/evaluation/mt_bench/read_winner.ts";

const cases: readonly [text: string, winner: "A" | "B" | "C" | null][] = [
  ["A is better: [[A]]", "A"],
  ["[[B]]", "B"],
  ["A tie. [[C]]", "C"],
  ["not [[B]] but [[A]]", "A"],
  ["[[C]], or [[B]]", "B"],
  ["[A]", null],
  ["[[a]]", null],
  ["", null],
];
for (const [text, winner] of cases) {
  Deno.test(`${JSON.stringify(text)} prefers ${winner}`, () => assert.equal(readWinner(text), winner));
}
