import assert from "node:assert/strict";
import { CommRegistry } from "../../kernels/comm_registry.ts";

Deno.test("open comms are known with their targets, all of them or those of one target", () => {
  const registry = new CommRegistry();
  registry.notice("comm_open", { comm_id: "a", target_name: "x" });
  registry.notice("comm_open", { comm_id: "b", target_name: "y" });
  registry.notice("comm_open", { comm_id: "c", target_name: "x" });
  registry.notice("comm_msg", { comm_id: "a" });
  registry.notice("stream", {});
  registry.notice("comm_close", { comm_id: "c" });
  assert.deepEqual(registry.info({}), {
    status: "ok",
    comms: { a: { target_name: "x" }, b: { target_name: "y" } },
  });
  assert.deepEqual(registry.info({ target_name: "y" }).comms, { b: { target_name: "y" } });
});
