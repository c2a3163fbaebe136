import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runChild } from "../../tasks/child.ts";
import { watchedPython } from "../../tasks/setup/python.ts";
import { noShell } from "./fake_machine.ts";

const hasPython = !noShell &&
  await new Deno.Command("python3", { args: ["--version"], stdout: "null" }).output().then(
    (o) => o.success,
    () => false,
  );

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] }).output();
    const state = new TextDecoder().decode(stdout).trim();
    if (state === "" || state.startsWith("Z")) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

Deno.test({
  name: "a child gives its output, its lines and its exit code",
  ignore: noShell,
  async fn() {
    const lines: string[] = [];
    const result = await runChild({
      command: "sh",
      args: ["-c", "echo one; printf 'two\\nthree'; exit 3"],
      onLine: (line) => lines.push(line),
    });
    assert.deepEqual(lines, ["one", "two", "three"]);
    assert.deepEqual(result, { code: 3, timedOut: false, output: "one\ntwo\nthree" });
  },
});

Deno.test({
  name: "a child that takes too long is ended with its own children",
  ignore: noShell,
  async fn() {
    const result = await runChild({ command: "sh", args: ["-c", "sleep 60 & echo $!; wait"], seconds: 0.5 });
    assert.equal(result.timedOut, true);
    assert.ok(await gone(Number(result.output)));
  },
});

Deno.test({
  name: "an interrupt ends the children and exits with the signal's code",
  ignore: noShell,
  async fn() {
    const module = pathToFileURL(join(import.meta.dirname!, "..", "..", "tasks", "child.ts")).href;
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const program = new Deno.Command(Deno.execPath(), {
        args: [
          ...["eval", "--no-lock"],
          `import { exitOnSignals, runChild } from ${JSON.stringify(module)};
           exitOnSignals("again");
           await runChild({ command: "sh", args: ["-c", "echo $$; sleep 60"], onLine: console.log });`,
        ],
        stdout: "piped",
      }).spawn();
      const reader = program.stdout.getReader();
      const pid = Number(new TextDecoder().decode((await reader.read()).value));
      program.kill(signal);
      assert.equal((await program.status).code, code);
      assert.ok(await gone(pid));
      await reader.cancel();
    }
  },
});

Deno.test({
  name: hasPython
    ? "a watched Python program ends when its parent is gone"
    : "a watched Python program (skipped: no python3)",
  ignore: !hasPython,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(
      join(folder, "sleeper.py"),
      "import time\nprint('up', flush=True)\ntime.sleep(60)\n",
    );
    const program = new Deno.Command("python3", {
      args: [watchedPython, "sleeper"],
      env: { PYTHONPATH: folder },
      stdin: "piped",
      stdout: "piped",
      detached: true,
    }).spawn();
    const reader = program.stdout.getReader();
    assert.match(new TextDecoder().decode((await reader.read()).value), /up/);
    await program.stdin.close();
    assert.equal((await program.status).signal, "SIGKILL");
    await reader.cancel();
    await Deno.remove(folder, { recursive: true });
  },
});
