import type { Counts } from "./part.ts";

/** Counts the test cases of a JUnit report as `deno test --junit-path` writes it, steps included. */
export function countTests(xml: string): Counts {
  let passed = 0, failed = 0, skipped = 0;
  for (const [, body] of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(body ?? "")) failed += 1;
    else if (/<skipped\b/.test(body ?? "")) skipped += 1;
    else passed += 1;
  }
  return { passed, failed, skipped };
}
