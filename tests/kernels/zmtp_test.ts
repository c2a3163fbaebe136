import assert from "node:assert/strict";
import {
  Decoder,
  decodeReady,
  encodeGreeting,
  encodeMessage,
  encodeReady,
  type Frames,
} from "../../kernels/zmtp.ts";

const bytes = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const messages: Frames[] = [
  [new TextEncoder().encode("one")],
  [new Uint8Array(0), new Uint8Array(255).fill(7), new Uint8Array(256).fill(8)],
  [new Uint8Array(70_000).fill(9)],
];

function decodeAll(stream: Uint8Array, chunk: number) {
  const decoder = new Decoder();
  const events = [];
  for (let at = 0; at < stream.length; at += chunk) {
    events.push(...decoder.push(stream.subarray(at, at + chunk)));
  }
  return events;
}

Deno.test("ZMTP: messages come out as they went in, however the bytes are cut", () => {
  const identity = new TextEncoder().encode("me");
  const stream = bytes(encodeGreeting(), encodeReady("DEALER", identity), ...messages.map(encodeMessage));
  for (const chunk of [1, 7, 64, 1000, stream.length]) {
    const [ready, ...rest] = decodeAll(stream, chunk);
    assert.ok(ready?.kind === "command" && ready.name === "READY");
    assert.deepEqual(Uint8Array.from(decodeReady(ready.body).get("identity")!), identity);
    assert.deepEqual(new TextDecoder().decode(decodeReady(ready.body).get("socket-type")), "DEALER");
    const frames = rest.map((event) =>
      event.kind === "message" && event.frames.map((f) => Uint8Array.from(f))
    );
    assert.deepEqual(frames, messages);
  }
});

Deno.test("ZMTP: a peer that speaks something else is refused", () => {
  assert.throws(
    () => decodeAll(new TextEncoder().encode("GET / HTTP/1.1\r\n".repeat(8)), 1000),
    /not a ZMTP 3 peer/,
  );
  assert.throws(() => decodeAll(bytes(encodeGreeting(), new Uint8Array([0xf0, 1, 1])), 1000), /frame flags/);
});

Deno.test("ZMTP: a frame whose length is absurd is refused before anything is set aside for it", () => {
  const head = new Uint8Array([2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  assert.throws(() => decodeAll(bytes(encodeGreeting(), head), 1000), /is above/);
});
