import assert from "node:assert/strict";
import { tensorflowRequirement } from "../../tasks/setup/tensorflow.ts";

Deno.test("the wheel fits the machine", () => {
  const linux = { os: "linux", arch: "x86_64" };
  assert.match(tensorflowRequirement(true, linux), /^tensorflow\[and-cuda\]==\d/);
  assert.match(tensorflowRequirement(false, linux), /^tensorflow-cpu==\d/);
  assert.match(tensorflowRequirement(false, { os: "linux", arch: "aarch64" }), /^tensorflow==\d/);
  assert.match(tensorflowRequirement(false, { os: "darwin", arch: "aarch64" }), /^tensorflow==\d/);
});
