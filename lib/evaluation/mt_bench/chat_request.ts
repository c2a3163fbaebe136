import { Buffer } from "node:buffer";
import { isRecord, shownJson } from "../../formats/json.ts";
import { UsageError } from "../../usage_error.ts";
import type { JudgeReply, TokenUsage } from "./judge.ts";

/** One request of a chat completion. */
export interface CompletionRequest {
  readonly url: string;
  readonly key: string | undefined;
  /** JSON. */
  readonly body: string;
  /** Seconds until the whole answer must be there. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What came of a request. */
export type EndpointAnswer =
  | { readonly kind: "reply"; readonly reply: JudgeReply }
  /** This request will never be answered. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It may be answered when it is made again. */
  | {
    readonly kind: "again";
    readonly reason: string;
    readonly headers: Headers;
    /** Whether other requests are better not made for a while either. */
    readonly overloaded: boolean;
  }
  | { readonly kind: "interrupted" };

/** Of an answer, in bytes: some hundred times the longest judgement. */
const LARGEST = 4 * 2 ** 20;

/**
 * Makes one request to an endpoint of chat completions. The key is sent to that address alone: redirects are not followed.
 *
 * @throws UsageError where no request can be answered: a wrong key, an unknown address or model, a quota that is used up
 */
export async function requestCompletion(
  { url, key, body, timeout, signal }: CompletionRequest,
): Promise<EndpointAnswer> {
  const limit = AbortSignal.timeout(1000 * timeout);
  const again = (reason: string, headers = new Headers(), overloaded = false): EndpointAnswer => ({
    ...{ kind: "again", reason, headers, overloaded },
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...key && { authorization: `Bearer ${key}` } },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, limit]),
    });
    const text = await bodyText(response);
    if (text === null) return again(`${url} answers with more than ${LARGEST / 2 ** 20} MiB`);
    const { status, headers } = response;
    if (status === 200) {
      const reply = readReply(text);
      return typeof reply === "string" ? again(`${url} ${reply}`, headers) : { kind: "reply", reply };
    }
    const reason = `${url} answers ${status}${messageOf(text)}`;
    if (mayPass(status, text)) return again(reason, headers, status === 429 || status === 503);
    if (status === 400 || status === 413 || status === 422) return { kind: "refused", reason };
    throw new UsageError(`${reason}; ${mend(status, text, key)}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (signal.aborted) return { kind: "interrupted" };
    if (limit.aborted) return again(`${url} gives no whole answer in ${timeout} s`);
    return again(`${url} cannot be reached or broke off (${(error as Error).message})`);
  }
}

async function bodyText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) return null; // which ends the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const QUOTA = "insufficient_quota";

function mayPass(status: number, text: string): boolean {
  return [408, 409, 425, 429].includes(status) && !text.includes(QUOTA) || status >= 500;
}

function mend(status: number, text: string, key: string | undefined): string {
  if (text.includes(QUOTA)) return "the account's quota is used up; raise it, and go on by --resume";
  if (status === 401 || status === 403) {
    return key ? "the key is not accepted; set another" : "no key is set; set one in the environment";
  }
  if (status === 404) return "check the base URL (it mostly ends in /v1) and the model's name";
  if (status >= 300 && status < 400) return "it is another address's; give that as the base URL";
  return "check the base URL";
}

/** The message of an error in OpenAI's form, or the beginning of another body. */
function messageOf(text: string): string {
  const shown = (words: string) => words.trim() === "" ? "" : `: ${words.trim().slice(0, 300)}`;
  try {
    const { error, message, detail } = JSON.parse(text);
    const found = isRecord(error) ? error.message : error ?? message ?? detail;
    return shown(typeof found === "string" ? found : text);
  } catch {
    return shown(text.replace(/\s+/g, " "));
  }
}

/** The reply in an answer's body, or what is wrong with it. */
function readReply(text: string): JudgeReply | string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return `answers with what is not whole JSON (${text.length} characters)`;
  }
  const choice = isRecord(answer) && Array.isArray(answer.choices) ? answer.choices[0] : undefined;
  if (!isRecord(choice) || !isRecord(choice.message)) {
    return `answers with JSON that has no choices[0].message: ${shownJson(answer)}`;
  }
  const { content } = choice.message;
  if (content !== null && content !== undefined && typeof content !== "string") {
    return `answers with a content that is no text: ${shownJson(content)}`;
  }
  return {
    text: content ?? "", // a refusal, or a filter's work
    finish: typeof choice.finish_reason === "string" ? choice.finish_reason : null,
    usage: readUsage((answer as Record<string, unknown>).usage),
  };
}

function readUsage(usage: unknown): TokenUsage | null {
  if (!isRecord(usage)) return null;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return typeof input === "number" && typeof output === "number" ? { input, output } : null;
}
