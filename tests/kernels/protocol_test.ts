import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as net from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Codec, type Json } from "../../kernels/message.ts";
import type { Frames } from "../../kernels/zmtp.ts";
import { Random } from "../../lib/tensor/random.ts";
import { withFolder } from "../temporary_folder.ts";
import { type JupyterClient, withKernel } from "./jupyter_client.ts";

/** The text of the result among outputs. */
function resultIn(outputs: readonly [string, Json][]): string {
  const result = outputs.find(([type]) => type === "execute_result");
  assert.ok(result, `no result among ${JSON.stringify(outputs)}`);
  return result[1].data["text/plain"];
}

const steps: Readonly<Record<string, (client: JupyterClient) => Promise<void>>> = {
  "it says what it is, on either channel": async ({ ask }) => {
    for (const channel of ["shell", "control"] as const) {
      const info = await ask("kernel_info_request", {}, channel);
      assert.deepEqual([info.status, info.protocol_version, info.language_info.name], [
        "ok",
        "5.4",
        "typescript",
      ]);
      assert.match(info.implementation_version, /^\d+\.\d+\.\d+$/);
      assert.deepEqual(info.supported_features, []);
      assert.ok(info.help_links.every(({ text, url }: Json) => text && URL.canParse(url)));
    }
  },
  "a subscriber is welcomed": ({ published }) => {
    const welcome = published.find(({ header }) => header.msg_type === "iopub_welcome");
    assert.deepEqual([welcome?.content, welcome?.parent], [{ subscription: "" }, {}]);
    return Promise.resolve();
  },
  "an execution counts, and is told in order": async ({ execute }) => {
    const { reply, outputs } = await execute("console.log('a'); 1 + 1");
    assert.deepEqual(outputs.map(([type]) => type), ["execute_input", "stream", "execute_result"]);
    assert.deepEqual([reply.status, reply.execution_count, reply.payload], ["ok", 1, []]);
    assert.deepEqual(outputs.map(([, content]) => content.execution_count), [1, undefined, 1]);
  },
  "a silent one shows no value and counts for nothing": async ({ execute }) => {
    const silent = await execute("globalThis.quiet = 5; quiet", { silent: true });
    assert.deepEqual([silent.reply.execution_count, silent.outputs], [1, []]);
    const hidden = await execute("quiet", { store_history: false });
    assert.deepEqual([hidden.reply.execution_count, hidden.outputs.length], [1, 2]);
    assert.equal((await execute("quiet + 1")).reply.execution_count, 2);
  },
  "user expressions have values and errors": async ({ execute }) => {
    const { reply } = await execute("const u = 20", {
      user_expressions: { good: "u * 2", bad: "nope", wrong: "1 +" },
    });
    const { good, bad, wrong } = reply.user_expressions;
    assert.match(good.data["text/plain"], /40/);
    assert.deepEqual([good.status, bad.status, bad.ename, wrong.ename], [
      "ok",
      "error",
      "ReferenceError",
      "SyntaxError",
    ]);
  },
  "cells behind an error are aborted unless it is asked otherwise": async ({ execute }) => {
    const fails = "await new Promise((resolve) => setTimeout(resolve, 200)); throw new Error('x')";
    const after = async (options: Json) => {
      const [, next] = await Promise.all([execute(fails, options), execute("1")]);
      return next.reply.status;
    };
    assert.deepEqual([await after({}), await after({ stop_on_error: false })], ["aborted", "ok"]);
  },
  "the history has what was run": async ({ ask, execute }) => {
    await execute("'remember me'");
    const { history } = await ask("history_request", {
      hist_access_type: "search",
      pattern: "*remember*",
      output: true,
      raw: true,
    });
    assert.deepEqual(history.at(-1)[2], ["'remember me'", '"remember me"']);
    const tail = await ask("history_request", { hist_access_type: "tail", n: 2, output: false, raw: true });
    assert.equal(tail.history.length, 2);
  },
  "is_complete tells whole, unfinished and wrong code apart": async ({ ask }) => {
    const status = async (code: string) => (await ask("is_complete_request", { code })).status;
    assert.deepEqual(
      [await status("1"), await status("f(1,"), await status("`a"), await status("let 1x")],
      ["complete", "incomplete", "incomplete", "invalid"],
    );
  },
  "the limit of output is a magic": async ({ execute }) => {
    const { outputs } = await execute("%output 0.001\nconsole.log('x'.repeat(5000))");
    const text = outputs.filter(([, { name }]) => name === "stdout").map(([, { text }]) => text).join("");
    assert.equal(text.length, 1000);
    assert.equal((await execute("%output none")).reply.status, "error");
    await execute("%output 10");
  },
  "an interrupt reaches a cell that is only on its way": async ({ ask, execute }) => {
    const running = execute("while (true);");
    await sleep(20);
    await ask("interrupt_request", {}, "control");
    assert.equal((await running).reply.ename, "Interrupted");
  },
  "what is no message is dropped, and what makes no sense is answered or passed over": async (client) => {
    await fuzz(client, new Random(11));
    const { reply, outputs } = await client.execute("6 * 7");
    assert.equal(reply.status, "ok");
    assert.match(resultIn(outputs), /42/);
  },
};

/** Sends hundreds of messages that are wrong in many ways. */
async function fuzz({ send, codec, connection, tell }: JupyterClient, random: Random): Promise<void> {
  const channels = ["shell", "control", "stdin"] as const;
  const forged = { code: "globalThis.forged = true" };
  const signed = (content: Json = forged) => codec.encode(codec.create("execute_request", content));
  for (let i = 0; i < 300; i++) {
    const wrong = mutations[i % mutations.length]!(signed(), random);
    send(channels[random.int(channels.length)]!, wrong);
  }
  for (const other of [new Codec("another key"), new Codec("")]) {
    send("shell", other.encode(other.create("execute_request", forged)));
  }
  const values = [null, 5, -1, "x", [], {}, true, [null], { a: 1 }, "\ud800", 1e308];
  const fields = [
    "code",
    "cursor_pos",
    "detail_level",
    "hist_access_type",
    "n",
    "session",
    "pattern",
    "comm_id",
    "target_name",
    "data",
    "value",
  ];
  const types = ["is_complete", "complete", "inspect", "history", "comm_info", "no_such"].map((name) =>
    `${name}_request`
  );
  for (let i = 0; i < 80; i++) {
    const content = Object.fromEntries(fields.map((name) => [name, values[random.int(values.length)]]));
    tell([...types, "comm_open", "comm_msg", "comm_close", "comm_msg"][i % 10]!, content);
  }
  tell("execute_request", {
    code: "1",
    user_expressions: [1],
    silent: "no",
    store_history: 0,
    stop_on_error: false,
  });
  tell("execute_request", { code: 5, stop_on_error: false });
  tell("is_complete_request", { code: "x".repeat(5_000_000) });
  for (const port of [connection.shell_port, connection.iopub_port, connection.hb_port]) {
    await sendGarbage(port, random);
  }
}

/** What may befall the frames of a message on the way. */
const mutations: readonly ((frames: Frames, random: Random) => Frames)[] = [
  (frames, random) => frames.toSpliced(random.int(frames.length), 1),
  (frames, random) => frames.slice(0, random.int(frames.length)),
  (frames, random) => changeOne(frames, random, (frame) => frame.subarray(0, random.int(frame.length || 1))),
  (frames, random) =>
    changeOne(
      frames.slice(1),
      random,
      (frame) => frame.map((byte) => random.int(8) === 0 ? byte ^ 0x80 : byte),
    ),
  (frames) => [frames[0]!, Buffer.alloc(64, "0"), ...frames.slice(2)],
  () => [],
  () => [new Uint8Array()],
  (_, random) => [Buffer.from("<IDS|MSG>"), ...Array.from({ length: 5 }, () => noise(random))],
];

function changeOne(frames: Frames, random: Random, change: (frame: Uint8Array) => Uint8Array): Frames {
  return frames.with(random.int(frames.length), change(new Uint8Array(frames[random.int(frames.length)]!)));
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.int(200) }, () => random.int(256));
}

/** Bytes that are no ZMTP. */
async function sendGarbage(port: number, random: Random): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.end(noise(random), () => socket.destroy());
    await new Promise((resolve) => socket.once("close", resolve));
  }
}

Deno.test({
  name: "kernel: speaks Jupyter's protocol",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (test) =>
    withFolder(async (folder) => {
      process.env.JUPYTER_DATA_DIR = folder;
      const { error } = console;
      console.error = () => {}; // every message that is dropped is told
      try {
        await withKernel(await Deno.realPath(folder), async (client) => {
          for (const [name, step] of Object.entries(steps)) await test.step(name, () => step(client));
          await test.step("nothing forged was run", async () => {
            const { outputs } = await client.execute("typeof forged");
            assert.match(resultIn(outputs), /undefined/);
          });
        });
      } finally {
        console.error = error;
        delete process.env.JUPYTER_DATA_DIR;
      }
    }),
});
