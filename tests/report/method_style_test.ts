import assert from "node:assert/strict";
import { methods } from "../../lib/adapters/methods.ts";
import { methodStyle } from "../../lib/report/method_style.ts";

Deno.test("every method of the table has a colour and a symbol of its own", () => {
  const styles = methods.map((method) => methodStyle(method.name));
  assert.equal(new Set(styles.map((style) => style.color)).size, methods.length);
  assert.equal(new Set(styles.map((style) => style.symbol)).size, methods.length);
  assert.ok(!styles.includes(methodStyle("a method without a style")));
});
