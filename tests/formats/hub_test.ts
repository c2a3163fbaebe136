import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { hubFile, type HubRequest } from "../../lib/formats/hub.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const root = new URL("../..", import.meta.url).pathname;
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const VARIABLES = [
  "HF_HOME",
  "HF_HUB_CACHE",
  "HUGGINGFACE_HUB_CACHE",
  "HF_ENDPOINT",
  "HF_TOKEN",
  "HF_HUB_OFFLINE",
  "TRANSFORMERS_OFFLINE",
];
const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) >> 3);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const REQUEST: HubRequest = { repo: "owner/name", path: "folder/model.bin", type: "model" };

interface Hub {
  readonly cache: string;
  /** Method, path and range of the requests so far. */
  readonly log: string[];
  readonly origin: string;
}

/** Runs `work` with an empty cache and a server of its own in place of the Hub; the environment is put back. */
async function withHub(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (hub: Hub) => Promise<void>,
  environment: { readonly [name: string]: string } = {},
): Promise<void> {
  const log: string[] = [];
  const server = createServer((request, response) => {
    log.push([request.method, request.url, request.headers.range].filter(Boolean).join(" "));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = temporaryFolder();
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, { HF_HUB_CACHE: cache, HF_ENDPOINT: origin, ...environment });
  try {
    await work({ cache, log, origin });
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers as the Hub does for a large file: a redirect that names digest and size, then the bytes from a store. */
function largeFile(
  { etag = SHA256, ranges = true, store = () => "", piece = Infinity, arrived = () => Promise.resolve() }: {
    etag?: string;
    ranges?: boolean;
    store?: (host: string) => string;
    /** Connections are cut after so many bytes. */
    piece?: number;
    /** Resolves when the bytes up to there have arrived. */
    arrived?: (to: number) => Promise<void>;
  } = {},
) {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith("/store")) {
      const start = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
      const rest = CONTENT.subarray(start);
      response.writeHead(start > 0 ? 206 : 200, {
        "content-length": rest.length,
        ...(start > 0 ? { "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
      });
      if (rest.length > piece) {
        response.write(rest.subarray(0, piece));
        arrived(start + piece).then(() => response.destroy());
      } else response.end(rest);
      return;
    }
    response.writeHead(302, {
      location: `${store(request.headers.host ?? "")}/store/blob?signature=x`,
      "x-repo-commit": COMMIT,
      "x-linked-etag": `"${etag}"`,
      "x-linked-size": String(CONTENT.length),
    });
    response.end();
  };
}

function refused(message: RegExp, request: HubRequest = REQUEST): Promise<void> {
  return assert.rejects(hubFile(request), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    return true;
  });
}

const resolved = "/owner/name/resolve/main/folder/model.bin";

Deno.test("a large file is brought into the Hub's layout, and then taken from it", async () => {
  await withHub(largeFile(), async ({ cache, log }) => {
    const received: number[] = [];
    const path = await hubFile({
      ...REQUEST,
      onProgress: (progress) => {
        assert.equal(progress.total, CONTENT.length);
        received.push(progress.received);
      },
    });
    const repo = join(cache, "models--owner--name");
    assert.equal(path, join(repo, "snapshots", COMMIT, "folder", "model.bin"));
    assert.deepEqual(new Uint8Array(await readFile(path)), CONTENT);
    assert.ok((await lstat(path)).isSymbolicLink());
    assert.equal(await readlink(path), `../../../blobs/${SHA256}`);
    assert.equal(await readFile(join(repo, "refs", "main"), "utf8"), COMMIT);
    assert.deepEqual(await readdir(join(repo, "blobs")), [SHA256]);
    assert.equal(received.at(-1), CONTENT.length);
    assert.deepEqual(log, [`HEAD ${resolved}`, `GET ${resolved}`, "GET /store/blob?signature=x"]);

    assert.equal(await hubFile(REQUEST), path);
    assert.equal(await hubFile({ ...REQUEST, revision: COMMIT }), path);
    assert.equal(log.length, 3, "the cache answers");
  });
});

Deno.test("a small file of a data set is checked by git's digest", async () => {
  const text = "{}\n";
  const sha1 = createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
  await withHub((_, response) => {
    response.writeHead(200, { etag: `W/"${sha1}"`, "x-repo-commit": COMMIT, "content-length": text.length });
    response.end(text);
  }, async ({ cache, log }) => {
    const path = await hubFile({ repo: "gsm", path: "a b/c#.json", type: "dataset", revision: "refs/pr/1" });
    assert.equal(path, join(cache, "datasets--gsm", "snapshots", COMMIT, "a b", "c#.json"));
    assert.equal(await readFile(path, "utf8"), text);
    assert.equal(await readFile(join(cache, "datasets--gsm", "refs", "refs", "pr", "1"), "utf8"), COMMIT);
    assert.equal(log[0], "HEAD /datasets/gsm/resolve/refs%2Fpr%2F1/a%20b/c%23.json");
  });
});

Deno.test("an empty file is brought too", async () => {
  const sha1 = createHash("sha1").update("blob 0\0").digest("hex");
  await withHub((_, response) => {
    response.writeHead(200, { etag: `"${sha1}"`, "x-repo-commit": COMMIT, "content-length": 0 });
    response.end();
  }, async () => assert.equal((await readFile(await hubFile(REQUEST))).length, 0));
});

Deno.test("a cut connection is taken up where it was cut", async () => {
  const waiting = new Map<number, () => void>();
  const arrived = (to: number) => new Promise<void>((resolve) => waiting.set(to, resolve));
  const onProgress = ({ received }: { received: number }) => waiting.get(received)?.();
  await withHub(largeFile({ piece: 100_000, arrived }), async ({ log }) => {
    assert.deepEqual(new Uint8Array(await readFile(await hubFile({ ...REQUEST, onProgress }))), CONTENT);
    const store = "GET /store/blob?signature=x";
    assert.deepEqual(
      log.filter((line) => line.startsWith(store)),
      [store, `${store} bytes=100000-`, `${store} bytes=200000-`],
    );
  });
});

for (const ranges of [true, false]) {
  Deno.test(`what an earlier attempt left is ${ranges ? "continued" : "brought anew from a server without ranges"}`, async () => {
    await withHub(largeFile({ ranges }), async ({ cache, log }) => {
      const blobs = join(cache, "models--owner--name", "blobs");
      await mkdir(blobs, { recursive: true });
      await writeFile(join(blobs, `${SHA256}.incomplete`), CONTENT.subarray(0, 123_456));
      assert.deepEqual(new Uint8Array(await readFile(await hubFile(REQUEST))), CONTENT);
      assert.equal(log.at(-1), "GET /store/blob?signature=x bytes=123456-");
      assert.deepEqual(await readdir(blobs), [SHA256]);
    });
  });
}

Deno.test("a wrong digest is refused and what came is removed", async () => {
  await withHub(largeFile({ etag: "0".repeat(64) }), async ({ cache }) => {
    await refused(/came damaged: digest [0-9a-f]{64} .* instead of 0{64}.*removed; try again/);
    assert.deepEqual(await readdir(join(cache, "models--owner--name", "blobs")), []);
  });
});

Deno.test("a server that gives up is named, and what came is kept", async () => {
  const answer = largeFile();
  await withHub((request, response) => {
    if (!request.url?.startsWith("/store")) return answer(request, response);
    response.destroy();
  }, () => refused(/cannot be reached.* 0 of 300000 bytes of folder\/model.bin are kept/));
});

Deno.test("the Hub's refusals say what is wrong and what to do", async () => {
  const cases: readonly [status: number, headers: Record<string, string>, message: RegExp][] = [
    [401, {}, /refused \(401\).*private or gated and no token is set.*set HF_TOKEN/],
    [403, {}, /refused \(403\)/],
    [
      404,
      { "x-error-code": "EntryNotFound" },
      /owner\/name has no file folder\/model.bin at main; see what there is at http/,
    ],
    [404, { "x-error-code": "RepoNotFound" }, /there is no model owner\/name/],
    [404, { "x-error-code": "RevisionNotFound" }, /has no revision main/],
    [404, {}, /not found \(404\)/],
    [429, { "retry-after": "7" }, /refused \(429\).*in 7 s/],
    [503, {}, /on the server's side \(503\); try again later/],
    [200, {}, /does not answer as the Hub does/],
    [200, { "x-repo-commit": "../../x", etag: '"a"' }, /does not answer as the Hub does/],
    [200, { "x-repo-commit": COMMIT, etag: '"../x"' }, /does not answer as the Hub does/],
    [200, { "x-repo-commit": COMMIT, etag: '"0123abcd"' }, /does not answer as the Hub does/],
    [302, { location: "file:///etc/passwd" }, /\(302\)/],
    [302, { location: resolved }, /redirected more than 8 times/],
  ];
  for (const [status, headers, message] of cases) {
    await withHub((_, response) => response.writeHead(status, headers).end(), async ({ cache, origin }) => {
      await refused(message);
      await refused(new RegExp(`not in the cache ${cache}; .*${origin}`));
      assert.deepEqual(await readdir(cache), [], "nothing is left");
    });
  }
});

for (const [status, headers] of [[429, { "retry-after": "1" }], [503, {}], [502, {}]] as const) {
  Deno.test(`a server that is overloaded for a while (${status}) is asked again, at the question and at the bytes`, async () => {
    const answer = largeFile();
    const refusals = new Map<string, number>();
    await withHub((request, response) => {
      const count = refusals.get(request.method!) ?? 0;
      refusals.set(request.method!, count + 1);
      if (count < 2) response.writeHead(status, headers).end();
      else answer(request, response);
    }, async () => {
      assert.deepEqual(new Uint8Array(await readFile(await hubFile(REQUEST))), CONTENT);
      assert.ok([...refusals.values()].every((count) => count > 2), "both were refused twice");
    });
  });
}

Deno.test("a server that hangs up on the question is asked again", async () => {
  const answer = largeFile();
  let questions = 0;
  await withHub((request, response) => {
    if (request.method === "HEAD" && questions++ === 0) response.destroy();
    else answer(request, response);
  }, async () => assert.deepEqual(new Uint8Array(await readFile(await hubFile(REQUEST))), CONTENT));
  assert.ok(questions > 1);
});

Deno.test("a server that sends a piece at a time is waited for, and every piece is told", async () => {
  const answer = largeFile();
  const received: number[] = [];
  /** Goes on when the piece before has arrived. */
  let goOn = () => {};
  await withHub((request, response) => {
    if (!request.url?.startsWith("/store")) return answer(request, response);
    response.writeHead(200, { "content-length": CONTENT.length });
    let at = 0;
    goOn = () => {
      if ((received.at(-1) ?? 0) < at) return;
      if (at < CONTENT.length) response.write(CONTENT.subarray(at, at += 60_000));
      else response.end();
    };
    goOn();
  }, async () => {
    const onProgress = (progress: { received: number }) => {
      received.push(progress.received);
      goOn();
    };
    assert.deepEqual(new Uint8Array(await readFile(await hubFile({ ...REQUEST, onProgress }))), CONTENT);
    assert.ok(received.length >= 3 && received.every((bytes, i) => i === 0 || bytes > received[i - 1]!));
  });
});

const peers = join(process.env.NLORA_HOME ?? join(root, ".nlora"), "peer-venv");
const python = join(peers, "bin", "python");
const noPython = !existsSync(join(peers, "peers-installed"));

Deno.test({
  name: `what Python's huggingface_hub brought is found here, and the other way round${
    noPython ? " (skipped: it is not in .nlora/peer-venv)" : ""
  }`,
  ignore: noPython,
  fn: async () => {
    const load = (name: string) =>
      "from huggingface_hub import hf_hub_download\n" +
      `print(hf_hub_download("owner/name", "${name}"))`;
    const run = async (code: string) => {
      const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", code] }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    // Another host, as the Hub's stores are: Python would follow a redirect within one.
    const store = (host: string) => `http://${host.replace("127.0.0.1", "localhost")}`;
    await withHub(largeFile({ store }), async ({ log }) => {
      const ours = await hubFile(REQUEST);
      const asked = log.length;
      process.env.HF_HUB_OFFLINE = "1";
      assert.equal(await run(load(REQUEST.path)), ours);
      assert.equal(log.length, asked, "Python takes it from the cache");
      delete process.env.HF_HUB_OFFLINE;

      const theirs = await run(load("other.bin"));
      process.env.HF_HUB_OFFLINE = "1";
      assert.equal(await hubFile({ ...REQUEST, path: "other.bin" }), theirs);
      assert.deepEqual(new Uint8Array(await readFile(theirs)), CONTENT);
    });
  },
});

Deno.test("HF_TOKEN goes to the Hub and not to its stores", async () => {
  const seen: string[] = [];
  const tell = (who: string) => (request: IncomingMessage) =>
    seen.push(`${who} ${request.headers.authorization ?? "-"}`);
  const store = createServer((request, response) => {
    tell("store")(request);
    response.end(CONTENT);
  });
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
  const location = `http://127.0.0.1:${(store.address() as AddressInfo).port}/blob`;
  try {
    await withHub((request, response) => {
      tell("hub")(request);
      response.writeHead(302, {
        location,
        "x-repo-commit": COMMIT,
        "x-linked-etag": `"${SHA256}"`,
        "x-linked-size": String(CONTENT.length),
      }).end();
    }, async () => {
      await hubFile(REQUEST);
    }, { HF_TOKEN: "secret" });
  } finally {
    store.closeAllConnections();
    await new Promise((resolve) => store.close(resolve));
  }
  assert.deepEqual(seen, ["hub Bearer secret", "hub Bearer secret", "store -"]);
});

Deno.test("offline, the cache answers; what it lacks is an error that says how to bring it", async () => {
  await withHub(largeFile(), async ({ log }) => {
    const path = await hubFile(REQUEST);
    process.env.HF_HUB_OFFLINE = "1";
    assert.equal(await hubFile(REQUEST), path);
    const asked = log.length;
    await refused(/HF_HUB_OFFLINE forbids.*`hf download owner\/name other.bin`/, {
      ...REQUEST,
      path: "other.bin",
    });
    await refused(/`hf download gsm a.json --repo-type dataset --revision v1`/, {
      repo: "gsm",
      path: "a.json",
      type: "dataset",
      revision: "v1",
    });
    assert.equal(log.length, asked);
  });
});

Deno.test("an unreachable Hub and a wrong HF_ENDPOINT are clear errors", async () => {
  await withHub(largeFile(), () => refused(/127.0.0.1:1 cannot be reached.*HF_ENDPOINT/), {
    HF_ENDPOINT: "http://127.0.0.1:1",
  });
  await withHub(largeFile(), () => refused(/HF_ENDPOINT is "nowhere"/), { HF_ENDPOINT: "nowhere" });
});

Deno.test("names that would lead out of the cache are refused", async () => {
  const wrong: Partial<HubRequest>[] = [
    { repo: "../x" },
    { repo: "a/b/c" },
    { repo: "a--b/c" },
    { repo: "" },
    { path: "../x" },
    { path: "/etc/passwd" },
    { path: "a\\..\\b" },
    { path: "" },
    { revision: "../main" },
    { revision: "" },
  ];
  await withHub(largeFile(), async ({ log }) => {
    for (const part of wrong) await refused(/is not/, { ...REQUEST, ...part });
    assert.deepEqual(log, []);
  });
});

Deno.test("HF_HOME moves the cache", async () => {
  const home = temporaryFolder();
  await withHub(largeFile(), async () => {
    delete process.env.HF_HUB_CACHE;
    assert.ok((await hubFile(REQUEST)).startsWith(join(home, "hub", "models--owner--name")));
  }, { HF_HOME: home });
});
