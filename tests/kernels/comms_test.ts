import assert from "node:assert/strict";
import { type Comm, Comms } from "../../kernels/comms.ts";

/** Comms and what they send. */
function recorded() {
  const sent: unknown[][] = [];
  const comms = new Comms({ broadcast: (...message) => Promise.resolve(void sent.push(message)) });
  return { sent, comms };
}

Deno.test("a comm of the kernel is opened, sends, hears and closes", async () => {
  const { sent, comms } = recorded();
  const comm = await comms.open("target", { a: 1 }, { id: "c", metadata: { version: "2" } });
  const heard: unknown[] = [];
  comm.onMessage = (data, buffers) => void heard.push([data, buffers]);
  await comm.send({ b: 2 });
  const bytes = Uint8Array.of(1);
  await comms.receive("comm_msg", { comm_id: "c", data: { c: 3 } }, [bytes]);
  await comms.receive("comm_msg", { comm_id: "unknown", data: {} });
  await comm.close();
  await comms.receive("comm_msg", { comm_id: "c", data: { late: true } });
  assert.deepEqual(heard, [[{ c: 3 }, [bytes]]]);
  assert.deepEqual(sent, [
    ["comm_open", { comm_id: "c", target_name: "target", data: { a: 1 } }, { metadata: { version: "2" } }],
    ["comm_msg", { comm_id: "c", data: { b: 2 } }, undefined],
    ["comm_close", { comm_id: "c", data: {} }],
  ]);
});

Deno.test("the page opens a comm to a known target; one to an unknown target is closed", async () => {
  const { sent, comms } = recorded();
  const opened: [Comm, unknown][] = [];
  comms.onOpen("known", (comm, data) => void opened.push([comm, data]));
  await comms.receive("comm_open", { comm_id: "p", target_name: "known", data: { x: 1 } });
  assert.deepEqual(opened.map(([{ id, target }, data]) => [id, target, data]), [["p", "known", { x: 1 }]]);
  let closed: unknown = null;
  opened[0]![0].onClose = (data) => void (closed = data);
  await comms.receive("comm_close", { comm_id: "p", data: { why: "reload" } });
  assert.deepEqual(closed, { why: "reload" });
  await comms.receive("comm_open", { comm_id: "q", target_name: "unknown" });
  assert.deepEqual(sent, [["comm_close", { comm_id: "q", data: {} }]]);
});
