import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // deno-lint-ignore no-explicit-any -- a test looks into it
  readonly body: any;
  /** The text of the last message. */
  readonly text: string;
  /** How many requests had the same text before. */
  readonly before: number;
}

/** A server in the place of an endpoint. */
export interface JudgeServer {
  readonly baseUrl: string;
  readonly asked: Asked[];
  /** The most requests that were open at the same time. */
  most(): number;
}

/** Runs `work` with a server of chat completions on this machine that answers as it is told, well or badly. */
export async function withJudgeServer(
  answer: (asked: Asked, response: ServerResponse) => void | Promise<void>,
  work: (server: JudgeServer) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  let open = 0, most = 0;
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++open);
    countEnd(response, () => open--);
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer()));
    const text = body.messages.at(-1).content;
    const one = {
      ...{ path: request.url!, headers: request.headers, body, text },
      before: asked.filter((other) => other.text === text).length,
    };
    asked.push(one);
    await answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  try {
    await work({ baseUrl, asked, most: () => most });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Calls `count` once: before the answer's end is on its way, and who asked may ask again, or when there will be none. */
function countEnd(response: ServerResponse, count: () => void): void {
  let counted = false;
  const once = () => {
    if (!counted) count();
    counted = true;
  };
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => (once(), end(...args));
  response.on("close", once);
}

/** Answers as OpenAI's endpoint does. */
export function reply(response: ServerResponse, content: string | null, finish_reason = "stop"): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({
    ...{ id: "c", object: "chat.completion", model: "judge" },
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  }));
}

/** Answers with an error. */
export function fail(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
