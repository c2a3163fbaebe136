import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** The SHA-256 of a file's bytes, in hexadecimal, read in pieces. */
export function sha256(path: string): Promise<string> {
  return digest(path, "sha256", "");
}

/** The name that git gives to a file's content: the SHA-1 of a short header and the bytes, in hexadecimal. */
export async function gitBlobSha1(path: string): Promise<string> {
  return await digest(path, "sha1", `blob ${(await stat(path)).size}\0`);
}

async function digest(path: string, algorithm: string, before: string): Promise<string> {
  const hash = createHash(algorithm).update(before);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
