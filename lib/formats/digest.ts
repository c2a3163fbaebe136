import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";

/** The SHA-256 of a file's bytes, in hexadecimal, read in pieces. */
export function sha256(path: string): Promise<string> {
  return digest(path, "sha256", "");
}

/** The name that git gives to a file's content: the SHA-1 of a short header and the bytes, in hexadecimal. */
export async function gitBlobSha1(path: string): Promise<string> {
  return await digest(path, "sha1", `blob ${(await stat(path)).size}\0`);
}

/** All pieces go through one buffer; a stream would leave buffers of tens of megabytes to the garbage collector. */
async function digest(path: string, algorithm: string, before: string): Promise<string> {
  const hash = createHash(algorithm).update(before);
  const buffer = new Uint8Array(1 << 20);
  const handle = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
