import { createHash } from "node:crypto";

let made = 0;

/**
 * An id for an element of an output: the same for the same content in the same place of a notebook, so that executing the
 * notebook again changes little, and another one for each output.
 */
export function outputId(kind: string, content: string): string {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8);
  return `nlora-${kind}-${digest}-${++made}`;
}
