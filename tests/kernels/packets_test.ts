import assert from "node:assert/strict";
import { encodePacket, endMark, PacketReader, readEndMarks } from "../../kernels/packets.ts";

const packets = [
  { type: "stream", content: { name: "stdout", text: "line\nünïcode 🎉\n" } },
  { type: "comm", content: {}, buffers: [new Uint8Array([0, 10, 255]), new Uint8Array()] },
];

Deno.test("packets: they arrive whole however the bytes are cut", () => {
  const bytes = new Uint8Array(packets.flatMap((packet) => [...encodePacket(packet)]));
  for (const size of [1, 7, bytes.length]) {
    const reader = new PacketReader();
    const read = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
    assert.deepEqual(
      read.map(({ type, content }) => ({ type, content })),
      packets.map(({ type, content }) => ({ type, content })),
    );
    assert.deepEqual(read[1]!.buffers, packets[1]!.buffers);
  }
});

Deno.test("packets: a line that is none is passed over", () => {
  const reader = new PacketReader();
  const [half, whole] = [encodePacket(packets[0]!).subarray(9), encodePacket(packets[0]!)];
  assert.deepEqual([...reader.push(half), ...reader.push(whole)].map(({ type }) => type), ["stream"]);
});

Deno.test("packets: marks of cells' ends are found in text and taken out of it", () => {
  assert.deepEqual(readEndMarks(`a${endMark(7)}b${endMark(8)}`), { text: "ab", ended: 8, begun: "" });
  assert.deepEqual(readEndMarks("plain"), { text: "plain", ended: null, begun: "" });
});

Deno.test("packets: a mark is found wherever the stream is cut", () => {
  const stream = `a${endMark(12)}b`;
  for (let cut = 0; cut <= stream.length; cut++) {
    const first = readEndMarks(stream.slice(0, cut));
    const second = readEndMarks(first.begun + stream.slice(cut));
    assert.deepEqual([first.text + second.text, first.ended ?? second.ended, second.begun], ["ab", 12, ""]);
  }
});
