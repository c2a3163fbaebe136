import assert from "node:assert/strict";
import { readRating } from "../../../lib/evaluation/mt_bench/read_rating.ts";

const cases: readonly [text: string, rating: number | null][] = [
  ["Rating: [[5]]", 5],
  ["Rating: [[7.5]]", 7.5],
  ["[[10]]", 10],
  ["[[1]]", 1],
  ["I would say [[3]], or even [[4]]", 3],
  ["as in [1], [2]. Rating: [[8]]", 8], // double brackets go before
  ["Rating: [6]", 6],
  ["[9.] point", 9],
  ["Rating: 7", null],
  ["[[7/10]]", null],
  ["[[rating]]", null],
  ["[[ 7 ]]", null],
  ["[[-3]]", null],
  ["[[0]]", null], // off the scale
  ["[[11]]", null],
  ["[[85]] of 100", null],
  ["", null],
];
for (const [text, rating] of cases) {
  Deno.test(`${JSON.stringify(text)} is rated ${rating}`, () => assert.equal(readRating(text), rating));
}
