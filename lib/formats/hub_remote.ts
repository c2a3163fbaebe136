import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "../usage_error.ts";
import type { HubFile } from "./hub_cache.ts";

/** What the Hub says of a file before it is downloaded. */
export interface HubFileInfo {
  /** The commit that the revision stands for: 40 hexadecimal digits. */
  readonly commit: string;
  /** The content's name: its SHA-256 (64 digits) or git's SHA-1 of it (40 digits). */
  readonly etag: string;
  /** In bytes, where the Hub tells it. */
  readonly size: number | null;
}

const MAX_REDIRECTS = 8;
/** Milliseconds to wait for an answer's first bytes. */
const ANSWER_TIMEOUT = 20_000;
/** Attempts at a request before an overloaded or silent server is given up. */
const ATTEMPTS = 4;
/** Milliseconds before the second attempt; each further one waits twice as long. */
const FIRST_PAUSE = 300;
/** The longest pause, in seconds, that a server can ask for; a longer one is told to the user instead. */
const LONGEST_PAUSE = 5;

/** The Hub's address: `HF_ENDPOINT`, else https://huggingface.co; a {@link UsageError} if it is no address. */
export function hubEndpoint(): string {
  const endpoint = (process.env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
  if (/^https?:/.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  throw new UsageError(`HF_ENDPOINT is "${endpoint}"; an address such as https://huggingface.co is expected`);
}

/** Where the Hub has the file. */
export function hubUrl({ repo, path, type, revision }: HubFile): string {
  const kind = type === "dataset" ? "datasets/" : "";
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${hubEndpoint()}/${kind}${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}

/**
 * A request, its redirect not followed. A server that is overloaded is asked again after pauses; so is one that does not
 * answer, unless the caller gave a signal and so does that itself.
 */
async function request(
  url: string,
  method: "GET" | "HEAD",
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  for (let attempt = 1;; attempt++) {
    const last = attempt === ATTEMPTS;
    let pause = FIRST_PAUSE * 2 ** (attempt - 1);
    try {
      const response = await requestOnce(url, method, headers, signal ?? AbortSignal.timeout(ANSWER_TIMEOUT));
      const asked = Number(response.headers.get("retry-after") ?? 0);
      if (last || ![429, 500, 502, 503, 504].includes(response.status) || !(asked <= LONGEST_PAUSE)) {
        return response;
      }
      await response.body?.cancel();
      pause = Math.max(pause, 1000 * asked);
    } catch (error) {
      if (last || signal) throw error;
    }
    await delay(pause);
  }
}

async function requestOnce(
  url: string,
  method: "GET" | "HEAD",
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const token = process.env.HF_TOKEN?.trim();
  // The token is for the Hub alone, not for the servers that it sends on to.
  const ours = new URL(url).origin === new URL(hubEndpoint()).origin;
  const all = new Headers({ "accept-encoding": "identity", "user-agent": "nlora", ...headers });
  if (token && ours) all.set("authorization", `Bearer ${token}`);
  return await fetch(url, { method, headers: all, redirect: "manual", signal });
}

function redirectOf(response: Response, url: string): string | null {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status >= 400 || location === null) return null;
  const target = URL.canParse(location, url) ? new URL(location, url) : null;
  return target && /^https?:$/.test(target.protocol) ? target.href : null;
}

/**
 * Asks the Hub for a file's commit, digest and size. A large file's answer is a redirect to a store elsewhere;
 * what is asked for stands in that answer already.
 *
 * @throws UsageError with the way out if the Hub refuses, does not know the file, or does not answer.
 */
export async function hubFileInfo(file: HubFile): Promise<HubFileInfo> {
  let url = hubUrl(file);
  let commit: string | null = null;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, "HEAD").catch((error) => {
      throw unreachable(url, error);
    });
    const redirect = redirectOf(response, url);
    if (!response.ok && !redirect) throw refusal(file, url, response);
    commit ??= response.headers.get("x-repo-commit");
    const linked = response.headers.get("x-linked-etag");
    if (redirect && !(commit && linked)) {
      url = redirect;
      continue;
    }
    const size = response.headers.get("x-linked-size") ??
      (redirect ? null : response.headers.get("content-length"));
    return checkedInfo(url, commit, linked ?? response.headers.get("etag"), size);
  }
  throw new UsageError(`${hubUrl(file)} is redirected more than ${MAX_REDIRECTS} times; check HF_ENDPOINT`);
}

function checkedInfo(
  url: string,
  commit: string | null,
  mark: string | null,
  size: string | null,
): HubFileInfo {
  const etag = mark?.replace(/^W\//, "").replace(/^"(.*)"$/, "$1") ?? "";
  // Both become names of files in the cache, and what has no digest could not be checked.
  if (!/^[0-9a-f]{40}$/.test(commit ?? "") || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
    throw new UsageError(`${url} does not answer as the Hub does (no commit and digest); check HF_ENDPOINT`);
  }
  return { commit: commit!, etag, size: size !== null && /^\d+$/.test(size) ? Number(size) : null };
}

/**
 * Opens the file's bytes from `start` on. The answer's status is 206, or 200 if the server begins at the first byte.
 *
 * @throws UsageError as {@link hubFileInfo} does.
 */
export async function openHubFile(file: HubFile, start: number, signal: AbortSignal): Promise<Response> {
  let url = hubUrl(file);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, "GET", start > 0 ? { range: `bytes=${start}-` } : {}, signal);
    const redirect = redirectOf(response, url);
    if (!redirect) {
      if (response.ok) return response;
      await response.body?.cancel();
      throw refusal(file, url, response);
    }
    await response.body?.cancel();
    url = redirect;
  }
  throw new UsageError(`${hubUrl(file)} is redirected more than ${MAX_REDIRECTS} times; check HF_ENDPOINT`);
}

/** The error for a server that gives no answer. */
export function unreachable(url: string, error: unknown): UsageError {
  const cause = error instanceof Error ? `: ${error.message}` : "";
  return new UsageError(
    `${new URL(url).origin} cannot be reached${cause}; check the connection, or set HF_ENDPOINT to a mirror`,
  );
}

function refusal({ repo, path, type, revision }: HubFile, url: string, response: Response): UsageError {
  const { status, headers } = response;
  const page = `${hubEndpoint()}/${type === "dataset" ? "datasets/" : ""}${repo}`;
  if (status === 401 || status === 403) {
    const given = process.env.HF_TOKEN ? "the token in HF_TOKEN does not open it" : "no token is set";
    return new UsageError(
      `${url} is refused (${status}): ${repo} does not exist, or is private or gated and ${given}; ` +
        `check the name, ask for access at ${page}, and set HF_TOKEN`,
    );
  }
  if (status === 404) {
    const code = headers.get("x-error-code");
    const what = code === "EntryNotFound"
      ? `${repo} has no file ${path} at ${revision}`
      : code === "RevisionNotFound"
      ? `${repo} has no revision ${revision}`
      : code === "RepoNotFound"
      ? `there is no ${type} ${repo}`
      : `there is no ${path} in the ${type} ${repo} at ${revision}`;
    return new UsageError(`${url} is not found (404): ${what}; see what there is at ${page}`);
  }
  if (status === 429) {
    const after = headers.get("retry-after");
    return new UsageError(
      `${url} is refused (429): too many requests; try again ${
        after ? `in ${after} s` : "later"
      }, or set HF_TOKEN`,
    );
  }
  return new UsageError(
    `${url} failed on the server's side (${status}); try again later, or set HF_ENDPOINT to a mirror`,
  );
}
