import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { endpointJudge, type EndpointOptions } from "../../../lib/evaluation/mt_bench/endpoint_judge.ts";
import type { JudgeReply } from "../../../lib/evaluation/mt_bench/judge.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { type Asked, fail, type JudgeServer, reply, withJudgeServer } from "./judge_server.ts";

/** Asks a judge on the server, with pauses that a test can wait for, about as many things as there are texts. */
async function ask(
  { baseUrl }: JudgeServer,
  texts: readonly string[],
  options: Partial<EndpointOptions> = {},
  signal?: AbortSignal,
  onReply: (index: number) => void = () => {},
) {
  const judge = endpointJudge({ baseUrl, model: "judge", firstPause: 1, ...options });
  const replies: (JudgeReply | undefined)[] = texts.map(() => undefined);
  const failures = await judge.ask(
    texts.map((content) => [{ role: "system", content: "Judge." }, { role: "user", content }]),
    (reply, index) => {
      replies[index] = reply;
      onReply(index);
      return Promise.resolve();
    },
    signal,
  );
  return { texts: replies.map((reply) => reply?.text), replies, failures };
}

Deno.test("a judge is asked in OpenAI's form, and its words, their end and the tokens are told", async () => {
  await withJudgeServer((_, response) => reply(response, "Good. [[9]]", "length"), async (server) => {
    const { replies, failures } = await ask(server, ["one"], { key: "secret", maxTokens: 77 });
    assert.deepEqual(failures, []);
    assert.deepEqual(replies, [{ text: "Good. [[9]]", finish: "length", usage: { input: 100, output: 10 } }]);
    const [{ path, headers, body }] = server.asked as [Asked];
    assert.equal(path, "/v1/chat/completions");
    assert.equal(headers.authorization, "Bearer secret");
    assert.deepEqual(body, {
      model: "judge",
      messages: [{ role: "system", content: "Judge." }, { role: "user", content: "one" }],
      ...{ temperature: 0, max_tokens: 77 },
    });
  });
});

Deno.test("base URLs with an end, no key, and fields of one's own", async () => {
  await withJudgeServer((_, response) => reply(response, "[[1]]"), async (server) => {
    const parameters = { max_tokens: null, max_completion_tokens: 5, seed: 1 };
    for (const end of ["/", "/chat/completions", "/chat/completions/"]) {
      await ask({ ...server, baseUrl: server.baseUrl + end }, ["one"], { parameters });
    }
    assert.deepEqual(server.asked.map(({ path }) => path), Array(3).fill("/v1/chat/completions"));
    const { headers, body: { messages: _, ...fields } } = server.asked[0]!;
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(fields, { model: "judge", temperature: 0, max_completion_tokens: 5, seed: 1 });
    assert.throws(
      () => endpointJudge({ baseUrl: "localhost", model: "m" }),
      /"localhost" is no address; give one/,
    );
    assert.throws(
      () => endpointJudge({ baseUrl: "https://me:secret@judges/v1", model: "m" }),
      (error: Error) => /^the address of judges holds a name or password/.test(error.message),
    );
  });
});

/** What a server may do at first, and answer after all. */
const passing: { readonly [what: string]: (response: ServerResponse) => void } = {
  "429 with a message": (response) => fail(response, 429, { error: { message: "slow down" } }),
  "503 without JSON": (response) => void response.writeHead(503).end("<html>down</html>"),
  "500": (response) => fail(response, 500, {}),
  "408": (response) => fail(response, 408, {}),
  "JSON that is cut off": (response) => void response.end('{"choices": [{"message": {"content": "[[1'),
  "no JSON": (response) => void response.end("busy"),
  "nothing": (response) => void response.end(),
  "JSON without choices": (response) => void response.end('{"choices": []}'),
  "a list": (response) => void response.end("[]"),
  "a content that is no text": (response) => void response.end('{"choices": [{"message": {"content": 5}}]}'),
  "a connection that breaks off": (response) => void response.socket!.destroy(),
  "a body that breaks off": (response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"choices": [');
    setTimeout(() => response.socket!.destroy(), 5);
  },
  "a flood": (response) => void response.end("x".repeat(5 * 2 ** 20)),
};

for (const [what, badly] of Object.entries(passing)) {
  Deno.test(`${what}: the request is made again`, async () => {
    await withJudgeServer(
      ({ before }, response) => before < 2 ? badly(response) : reply(response, "[[4]]"),
      async (server) => {
        const { texts, failures } = await ask(server, ["one"]);
        assert.deepEqual([texts, failures, server.asked.length], [["[[4]]"], [], 3]);
      },
    );
  });
}

Deno.test("what is not answered in time is asked again, and given up with its reason", async () => {
  await withJudgeServer(() => {}, async (server) => {
    const { texts, failures } = await ask(server, ["one"], { timeout: 0.05, attempts: 2 });
    assert.deepEqual(texts, [undefined]); // on a busy machine the server need not have heard of both
    assert.match(
      failures[0]!.reason,
      /chat\/completions gives no whole answer in 0\.05 s \(asked 2 times\)$/,
    );
  });
});

Deno.test("the pause that a server asks for is kept, by all requests", async () => {
  for (const header of ["retry-after", "retry-after-ms"]) {
    const times: number[] = [];
    const pausing = Promise.withResolvers<void>();
    await withJudgeServer(async ({ before, text }, response) => {
      times.push(performance.now());
      if (text === "one" && before === 0) {
        return fail(response, 429, {}, { [header]: header === "retry-after" ? "0.3" : "300" });
      }
      if (text === "two") await pausing.promise;
      reply(response, "[[4]]");
    }, async (server) => {
      const waits: number[] = [];
      const onPause = (_: string, milliseconds: number) => {
        waits.push(milliseconds);
        pausing.resolve();
      };
      const { texts } = await ask(server, ["one", "two", "three"], { concurrency: 2, onPause });
      assert.deepEqual(texts, ["[[4]]", "[[4]]", "[[4]]"]);
      assert.deepEqual(waits, [300]);
      const later = times.slice(2).map((time) => time - times[0]!);
      assert.ok(later.length === 2 && later.every((time) => time > 290), String(later));
    });
  }
});

Deno.test("no more requests are open at once than asked for", async () => {
  await withJudgeServer(
    (_, response) => void setTimeout(() => reply(response, "[[4]]"), 5),
    async (server) => {
      await ask(server, Array.from({ length: 12 }, (_, i) => String(i)), { concurrency: 3 });
      assert.equal(server.asked.length, 12);
      assert.ok(server.most() <= 3, String(server.most()));
    },
  );
});

Deno.test("a request that the server refuses fails alone", async () => {
  await withJudgeServer(
    ({ text }, response) =>
      text === "two" ? fail(response, 400, { error: { message: "too long" } }) : reply(response, "[[4]]"),
    async (server) => {
      const { texts, failures } = await ask(server, ["one", "two", "three"]);
      assert.deepEqual(texts, ["[[4]]", undefined, "[[4]]"]);
      assert.deepEqual([failures.length, failures[0]!.index, server.asked.length], [1, 1, 3]);
      assert.match(failures[0]!.reason, /answers 400: too long$/);
    },
  );
});

Deno.test("a server on which three in a row are given up is not asked any more", async () => {
  await withJudgeServer(
    ({ text }, response) => text === "0" ? reply(response, "[[4]]") : fail(response, 500, {}),
    async (server) => {
      const { texts, failures } = await ask(server, ["0", "1", "2", "3", "4", "5"], {
        concurrency: 1,
        attempts: 2,
      });
      assert.deepEqual(texts, ["[[4]]", ...Array(5).fill(undefined)]);
      assert.equal(server.asked.length, 1 + 3 * 2);
      assert.match(failures[2]!.reason, /answers 500: \{\} \(asked 2 times\)$/);
      assert.equal(failures[4]!.reason, "not asked: 3 in a row failed before");
    },
  );
});

Deno.test("a server that asks to wait very long is not waited for", async () => {
  await withJudgeServer(
    (_, response) => fail(response, 429, {}, { "retry-after": "3600" }),
    async (server) => {
      const { failures } = await ask(server, ["one", "two"], { concurrency: 1 });
      assert.equal(server.asked.length, 1);
      for (const { reason } of failures) assert.match(reason, /answers 429: \{\}; it asks to wait 3600 s$/);
    },
  );
});

const hopeless: readonly [status: number, body: object, words: RegExp, headers?: object][] = [
  [
    401,
    { error: { message: "Incorrect key" } },
    /answers 401: Incorrect key; the key is not accepted; set another/,
  ],
  [403, { detail: "no" }, /answers 403: no; the key is not accepted/],
  [
    404,
    { error: "no such model" },
    /answers 404: no such model; check the base URL \(it mostly ends in \/v1\) and the model's name/,
  ],
  [
    429,
    { error: { message: "Used up", code: "insufficient_quota" } },
    /429: Used up; the account's quota is used up; .*--resume/,
  ],
  [307, {}, /it is another address's; give that as the base URL/, { location: "http://127.0.0.1:1/v1" }],
];
for (const [status, body, words, headers = {}] of hopeless) {
  Deno.test(`${status} ${JSON.stringify(body)}: nothing more is asked, and the mend is said`, async () => {
    await withJudgeServer(
      ({ text }, response) =>
        text === "one" ? reply(response, "[[4]]") : fail(response, status, body, headers),
      async (server) => {
        const work = ask(server, ["one", "two", "three", "four"], { concurrency: 1, key: "secret-key" });
        await assert.rejects(
          work,
          (error) =>
            error instanceof UsageError && words.test(error.message) && !error.message.includes("secret") ||
            assert.fail(String(error)),
        );
        assert.equal(server.asked.length, 2);
      },
    );
  });
}

Deno.test("an interrupt ends requests and pauses at once; a reply that cannot be kept is an error", async () => {
  for (const concurrency of [1, 3]) {
    const controller = new AbortController();
    const kept = Promise.withResolvers<void>();
    await withJudgeServer(async ({ text }, response) => {
      if (text === "one") return reply(response, "[[4]]");
      await kept.promise;
      if (text === "two") fail(response, 429, {}, { "retry-after": "60" });
      setTimeout(() => controller.abort(), 20);
    }, async (server) => {
      const { texts, failures } = await ask(
        server,
        ["one", "two", "three"],
        { concurrency },
        controller.signal,
        () => kept.resolve(),
      );
      assert.deepEqual([texts, failures], [["[[4]]", undefined, undefined], []]);
    });
  }
  await withJudgeServer((_, response) => reply(response, "[[4]]"), async ({ baseUrl }) => {
    const judge = endpointJudge({ baseUrl, model: "judge", concurrency: 1 });
    const full = () => Promise.reject(new Error("no space"));
    await assert.rejects(judge.ask([[{ role: "user", content: "one" }]], full), /no space/);
  });
});

Deno.test("a notebook's interrupt is heeded, and announced to its kernel", async () => {
  const symbol = Symbol.for("nlora.interrupt");
  const host = globalThis as { [symbol]?: unknown };
  const controller = new AbortController();
  const told: string[] = [];
  host[symbol] = {
    signal: controller.signal,
    cooperate: () => {
      told.push("works");
      return () => told.push("ends");
    },
  };
  try {
    await withJudgeServer(() => controller.abort(), async (server) => {
      assert.deepEqual((await ask(server, ["one", "two"])).failures, []);
    });
  } finally {
    delete host[symbol];
  }
  assert.deepEqual(told, ["works", "ends"]);
});

Deno.test("a server that is not there is told by its address", async () => {
  const judge = endpointJudge({
    baseUrl: "http://127.0.0.1:9/v1",
    model: "judge",
    attempts: 2,
    firstPause: 1,
  });
  const [failure] = await judge.ask([[{ role: "user", content: "one" }]], () => Promise.resolve());
  assert.match(
    failure!.reason,
    /^http:\/\/127\.0\.0\.1:9\/v1\/chat\/completions cannot be reached .*\(asked 2 times\)$/s,
  );
});
