import assert from "node:assert/strict";
import { sparkLine } from "../../lib/report/spark_line.ts";

function points(svg: string): number[][] {
  return /points="([^"]*)"/.exec(svg)![1]!.split(" ").map((pair) => pair.split(",").map(Number));
}

Deno.test("a line falls from left to right where the numbers fall, within its picture, and tells their range", () => {
  const svg = sparkLine([3, 2, 1], "words & more");
  const line = points(svg);
  assert.ok(line[0]![0]! < line[1]![0]! && line[1]![0]! < line[2]![0]!);
  assert.ok(line[0]![1]! < line[1]![1]! && line[1]![1]! < line[2]![1]!);
  assert.match(svg, /aria-label="words &amp; more"/);
  assert.match(svg, />3<\/text>.*>1<\/text>/);
});

Deno.test("many numbers are few points; one number, equal ones and undefined ones make no undefined place", () => {
  assert.ok(points(sparkLine(Array.from({ length: 10_000 }, (_, i) => i), "")).length <= 130);
  for (const numbers of [[1], [2, 2], [NaN, 1, Infinity]]) {
    for (const place of points(sparkLine(numbers, "")).flat()) {
      assert.ok(Number.isFinite(place), numbers.join());
    }
  }
  assert.equal(sparkLine([], ""), "");
});
