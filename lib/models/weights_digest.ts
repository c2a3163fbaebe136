import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { sha256 } from "../formats/digest.ts";
import { UsageError } from "../usage_error.ts";

/**
 * The SHA-256 of the files that a model's weights lie in, in hexadecimal: of the one file, or of the digests of several. It is
 * computed when it is first awaited: it takes about as long as to load them, and not everything that a model is loaded for
 * asks for it. Awaiting it fails with a UsageError where a file has changed since this was made.
 */
export class WeightsDigest implements PromiseLike<string> {
  readonly #stamps: readonly string[];
  #digest: Promise<string> | null = null;

  constructor(readonly files: readonly string[]) {
    this.#stamps = files.map(stamp);
  }

  then<Done = string, Failed = never>(
    done?: ((digest: string) => Done | PromiseLike<Done>) | null,
    failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    this.#digest ??= this.#compute();
    return this.#digest.then(done, failed);
  }

  async #compute(): Promise<string> {
    const digests: string[] = [];
    for (const [i, path] of this.files.entries()) {
      digests.push(this.#isSame(i) ? await sha256(path) : "");
      if (this.#isSame(i)) continue;
      throw new UsageError(`${path} has changed since the model was loaded; load it again`);
    }
    return digests.length === 1 ? digests[0]! : createHash("sha256").update(digests.join()).digest("hex");
  }

  #isSame(file: number): boolean {
    return this.#stamps[file] === stamp(this.files[file]!);
  }
}

/** What changes when a file is written or replaced; empty where there is none. */
function stamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? [found.ino, found.size, found.mtimeMs].join() : "";
}
