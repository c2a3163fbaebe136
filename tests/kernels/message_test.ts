import assert from "node:assert/strict";
import { Codec } from "../../kernels/message.ts";

const codec = new Codec("secret");

Deno.test("messages: what is encoded is decoded by the same key, with idents and buffers", () => {
  const idents = [new TextEncoder().encode("peer")];
  const message = codec.create("stream", { text: "é\n" }, { idents, buffers: [new Uint8Array([1, 2])] });
  const again = codec.decode(codec.encode(message));
  assert.deepEqual(again.content, { text: "é\n" });
  assert.equal(again.header.msg_id, message.header.msg_id);
  assert.deepEqual(again.idents.map((f) => Uint8Array.from(f)), idents);
  assert.deepEqual(Uint8Array.from(again.buffers[0]!), new Uint8Array([1, 2]));
});

Deno.test("messages: another key, a changed content and a missing signature are refused", () => {
  const frames = codec.encode(codec.create("execute_request", { code: "1" }));
  assert.throws(() => new Codec("other").decode(frames), /signature is wrong/);
  const changed = [...frames];
  changed[5] = new TextEncoder().encode('{"code":"2"}');
  assert.throws(() => codec.decode(changed), /signature is wrong/);
  const unsigned = [...frames];
  unsigned[1] = new Uint8Array(0);
  assert.throws(() => codec.decode(unsigned), /signature is wrong/);
});

Deno.test("messages: frames that are no message, and a header without a type, are refused", () => {
  assert.throws(() => codec.decode([new Uint8Array([1])]), /are not a Jupyter message/);
  const open = new Codec("");
  const frames = open.encode(open.create("x", {}));
  frames[2] = new TextEncoder().encode("{}");
  assert.throws(() => open.decode(frames), /no msg_id or msg_type/);
  frames[2] = new TextEncoder().encode("{");
  assert.throws(() => open.decode(frames));
});

Deno.test("messages: a signature scheme that is not known is refused by its name", () => {
  assert.throws(() => new Codec("k", "hmac-md5"), /hmac-md5 is not supported/);
});
