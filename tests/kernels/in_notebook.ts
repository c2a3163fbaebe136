import { broadcasterSymbol } from "../../lib/report/broadcaster.ts";
import { display } from "../../lib/report/display.ts";

/** A message as a notebook's page gets it. */
export interface SentMessage {
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly content: any;
}

/** Runs a body as if in a notebook; `sent` grows with what the notebook's page gets. */
export async function inNotebook(body: (sent: SentMessage[]) => Promise<void>): Promise<void> {
  const host = globalThis as { [broadcasterSymbol]?: unknown };
  const sent: SentMessage[] = [];
  host[broadcasterSymbol] = {
    broadcast: (type: string, content: object) =>
      Promise.resolve(void sent.push(structuredClone({ type, content }) as SentMessage)),
  };
  try {
    await body(sent);
    await display.settled();
  } finally {
    delete host[broadcasterSymbol];
  }
}
