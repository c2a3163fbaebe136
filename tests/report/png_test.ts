import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { encodePng } from "../../lib/report/png.ts";

Deno.test("a PNG file has its signature and whole chunks with right checksums, in the order of the standard", () => {
  const png = Buffer.from(
    encodePng({ width: 2, height: 1, palette: [[1, 2, 3], [4, 5, 6]], pixels: Uint8Array.of(0, 1) }),
  );
  assert.equal(png.toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const types: string[] = [];
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    types.push(png.toString("latin1", at + 4, at + 8));
    assert.equal(png.readUInt32BE(end), crc32(png.subarray(at + 4, end)));
    at = end + 4;
  }
  assert.deepEqual(types, ["IHDR", "PLTE", "IDAT", "IEND"]);
});
