import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runPython } from "../../../lib/evaluation/sandbox/run_python.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const ample = { seconds: 60 };

Deno.test("a program that runs to its end has finished, with what it wrote", async () => {
  assert.deepEqual(await runPython("import sys\nprint('out: ü𝑥')\nsys.stderr.write('err\\n')", ample), {
    outcome: "finished",
    output: "out: ü𝑥\nerr\n",
    error: null,
  });
});

Deno.test("checks run after the program in its names, and decide", async () => {
  const program = "def twice(x):\n    return 2 * x\n";
  assert.equal((await runPython(program, { ...ample, checks: "assert twice(4) == 8" })).outcome, "finished");
  assert.deepEqual(await runPython(program, { ...ample, checks: "assert twice(4) == 9, 'not nine'" }), {
    outcome: "raised",
    output: "",
    error: "AssertionError: not nine",
  });
});

Deno.test("each program has a fresh interpreter", async () => {
  const first = "import math, builtins\nmath.pi = 3\nbuiltins.left = 1\nopen('/tmp/left', 'w').close()";
  assert.equal((await runPython(first, ample)).outcome, "finished");
  const second = "import math, os\nassert math.pi > 3.1\nassert not os.path.exists('/tmp/left')\nleft";
  assert.match((await runPython(second, ample)).error!, /name 'left' is not defined/);
});

/** Programs that end otherwise than by running through, with what stops them. */
const ends: { [way: string]: readonly [program: string, outcome: string, error: RegExp] } = {
  "an exception": ["def f():\n    return 1 / 0\nf()", "raised", /^ZeroDivisionError: division by zero$/],
  "sys.exit": ["import sys\nsys.exit(0)", "raised", /^SystemExit: 0$/],
  "os._exit": ["import os\nos._exit(0)", "crashed", /exit\(0\)/],
  "too deep a parse": ["import json\njson.loads('[' * 100000)", "crashed", /call stack/],
  "foreign memory": ["import ctypes\nctypes.memset(0, 65, 2 ** 28)", "crashed", /./],
  "an output flood that catches errors": [
    "while True:\n    try:\n        print('x' * 1000)\n    except BaseException:\n        pass",
    "flood",
    /more than 1048576 characters/,
  ],
};

for (const [way, [program, outcome, error]] of Object.entries(ends)) {
  Deno.test(`a program is stopped, and has not finished: ${way}`, async () => {
    const run = await runPython(`${program}\n`, { ...ample, checks: "pass" });
    assert.equal(run.outcome, outcome, JSON.stringify(run).slice(0, 500));
    assert.match(run.error!, error);
    assert.ok(run.output.length <= 2 ** 20);
  });
}

/** A program that tries each statement and writes `done` for those that raise nothing, else the error's name. */
const attempts = (statements: readonly string[]) =>
  statements.map((statement) =>
    `try:\n    ${statement}\n    print("done")\nexcept Exception as error:\n    print(type(error).__name__)\n`
  ).join("");

/** Statements that are refused, with the error's name. */
const refused: { [statement: string]: string } = {
  "import os; os.fork()": "OSError",
  "import subprocess; subprocess.run(['id'])": "OSError",
  "import threading; threading.Thread(target=print).start()": "RuntimeError",
  "import numpy": "ModuleNotFoundError",
  "input()": "OSError",
  "(lambda f: f(f))(lambda f: f(f))": "RecursionError",
  "bytearray(2 ** 31 - 1)": "MemoryError",
  "[bytearray(10 ** 8) for _ in range(1000)]": "MemoryError",
};

Deno.test("no process, thread, package, input and boundless memory", async () => {
  const { output } = await runPython(attempts(Object.keys(refused)), ample);
  assert.deepEqual(output.trim().split("\n"), Object.values(refused));
});

Deno.test("files of the host are neither read nor written", async () => {
  const folder = temporaryFolder();
  const [secret, evil] = [join(folder, "secret"), join(folder, "evil")];
  await writeFile(secret, "password");
  const reads = [secret, "/etc/passwd", "/proc/self/environ"].map((path) =>
    `print(open(${JSON.stringify(path)}).read())`
  );
  const read = await runPython(attempts(reads), ample);
  assert.equal(read.output, "FileNotFoundError\n".repeat(3));
  const writes = [
    `import os; os.makedirs(${JSON.stringify(folder)})`,
    `open(${JSON.stringify(evil)}, "w").write("x")`,
    `import shutil; shutil.rmtree("/", ignore_errors=True)`,
    `os.system(${JSON.stringify(`touch ${evil}; rm ${secret}`)})`,
  ];
  assert.equal((await runPython(attempts(writes), ample)).output, "done\n".repeat(4)); // in its own memory
  assert.ok(existsSync(secret) && !existsSync(evil));
});

Deno.test("no connection leaves the sandbox", async () => {
  let asked = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    asked++;
    return new Response("inside");
  });
  const { port } = server.addr;
  try {
    assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), "inside");
    const statements = [
      `import urllib.request; urllib.request.urlopen("http://127.0.0.1:${port}/")`,
      `import http.client; http.client.HTTPConnection("127.0.0.1", ${port}).request("GET", "/")`,
      `import socket; s = socket.socket(); s.connect(("127.0.0.1", ${port})); s.send(b"GET / HTTP/1.0\\r\\n\\r\\n")`,
    ];
    assert.equal((await runPython(attempts(statements), ample)).output, "URLError\nOSError\nOSError\n");
    assert.equal(asked, 1);
  } finally {
    await server.shutdown();
  }
});

/** The sandbox's processes that this process has. */
function sandboxes(): number {
  const { stdout } = new Deno.Command("ps", { args: ["--ppid", String(Deno.pid), "-o", "args="] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.includes("warden.ts")).length;
}

Deno.test({
  name: "an endless loop is stopped, and does not go on unseen",
  ignore: Deno.build.os !== "linux", // whose ps has --ppid
  async fn() {
    const run = runPython("sum(iter(int, 1))", { seconds: 1 });
    let most = 0;
    const watch = setInterval(() => most = Math.max(most, sandboxes()), 200);
    assert.deepEqual(await run, { outcome: "timeout", output: "", error: "it ran longer than 1 s" });
    clearInterval(watch);
    assert.ok(most > 0);
    for (let tries = 0; sandboxes() >= most && tries < 100; tries++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.ok(sandboxes() < most);
  },
});

Deno.test("the host's environment is not seen", async () => {
  Deno.env.set("NLORA_TEST_SECRET", "password");
  try {
    const { output } = await runPython("import os\nprint(dict(os.environ))", ample);
    assert.ok(output.startsWith("{") && !output.includes("NLORA_TEST_SECRET"), output);
  } finally {
    Deno.env.delete("NLORA_TEST_SECRET");
  }
});

Deno.test("the time limit must be a number of seconds", async () => {
  for (const seconds of [0, -1, NaN, Infinity]) {
    await assert.rejects(runPython("", { seconds }), UsageError);
  }
});
Deno.test("many programs at once are each answered by their own run", async () => {
  const runs = Array.from({ length: 4 }, (_, i) => runPython(`print(${i} ** 2)`, ample));
  assert.deepEqual(
    (await Promise.all(runs)).map(({ output }) => output),
    Array.from({ length: 4 }, (_, i) => `${i ** 2}\n`),
  );
});
