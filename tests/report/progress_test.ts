import assert from "node:assert/strict";
import { type Displayable, jupyter, jupyterDisplay } from "../../lib/report/jupyter.ts";
import { progressLine } from "../../lib/report/progress.ts";
import { notebookScreen } from "../../lib/report/progress_screens.ts";

const OPTIONS = { total: 4, unit: "steps", label: "train" };

Deno.test("outside of a terminal quick work writes its last line only", async () => {
  const stream = recorder();
  const line = progressLine({ ...OPTIONS, stream });
  for (let done = 1; done <= 4; done++) line.update({ done, text: `loss ${done}` });
  await line.end();
  assert.equal(stream.written, "train 4/4 steps in 0 s, loss 4\n");
});

Deno.test("outside of a terminal slow work writes whole lines every few seconds, with rate and time left", async () => {
  await atTimes([0, 2000, 6000, 8000, 12_000, 13_000], async () => {
    const stream = recorder();
    const line = progressLine({ ...OPTIONS, stream });
    for (let done = 1; done <= 4; done++) line.update({ done });
    await line.end();
    assert.deepEqual(stream.written.split("\n"), [
      "train 2/4 steps, 0.33 steps/s, 6 s left",
      "train 4/4 steps, 0.33 steps/s, 0 s left",
      "train 4/4 steps in 13 s",
      "",
    ]);
  });
});

Deno.test("long times are told in minutes and hours", async () => {
  await atTimes([0, 600_000, 600_000], async () => {
    const stream = recorder();
    const line = progressLine({ ...OPTIONS, total: 16, stream });
    line.update({ done: 1 });
    await line.end();
    assert.equal(
      stream.written,
      "train 1/16 steps, 0.0017 steps/s, 2 h 30 min left\ntrain 1/16 steps in 10 min 0 s\n",
    );
  });
});

Deno.test("work that was gone on with has the rate of what was done since", async () => {
  await atTimes([0, 6000, 8000], async () => {
    const stream = recorder();
    const line = progressLine({ ...OPTIONS, total: 100, from: 90, stream });
    line.update({ done: 93 });
    await line.end();
    assert.equal(
      stream.written,
      "train 93/100 steps, 0.50 steps/s, 14 s left\ntrain 93/100 steps in 8 s\n",
    );
  });
});

Deno.test("a terminal gets one line, written over, cut to its width, ended once", async () => {
  await atTimes([0, 200, 210, 400, 500], async () => {
    const stream = recorder({ isTTY: true, columns: 20 });
    const line = progressLine({ ...OPTIONS, stream });
    for (let done = 1; done <= 3; done++) line.update({ done });
    await line.end();
    assert.equal(
      stream.written,
      "\r\x1b[Ktrain 1/4 steps, 5.\r\x1b[Ktrain 3/4 steps, 7.\r\x1b[Ktrain 3/4 steps in 1 s\n",
    );
  });
});

Deno.test("work that never began, or ended already, says nothing more", async () => {
  const stream = recorder();
  const line = progressLine({ ...OPTIONS, stream });
  await line.end();
  assert.equal(stream.written, "");
  line.update({ done: 1 });
  await line.end();
  await line.end();
  assert.equal(stream.written.split("\n").length, 2);
});

Deno.test("where the user interrupts, the line says so; work that goes on has the last word", async () => {
  const controller = new AbortController();
  const host = globalThis as { [symbol: symbol]: unknown };
  const symbol = Symbol.for("nlora.interrupt");
  host[symbol] = { signal: controller.signal };
  try {
    const [left, ended, goesOn] = [recorder(), recorder(), recorder()];
    const lines = [left, ended, goesOn].map((stream) => progressLine({ ...OPTIONS, stream }));
    for (const line of lines) line.update({ done: 2, text: "loss 2" });
    await lines[1]!.end();
    controller.abort();
    await lines[2]!.end();
    assert.equal(left.written, "train 2/4 steps, stopped after 0 s, loss 2\n");
    assert.equal(ended.written, "train 2/4 steps in 0 s, loss 2\n");
    assert.ok(goesOn.written.endsWith("\ntrain 2/4 steps in 0 s, loss 2\n"));
  } finally {
    delete host[symbol];
  }
});

Deno.test("nothing to do is not a division by zero", async () => {
  const stream = recorder({ isTTY: true });
  await atTimes([0, 1000, 1000], async () => {
    const line = progressLine({ ...OPTIONS, total: 0, stream });
    line.update({ done: 0 });
    await line.end();
  });
  assert.ok(!/NaN|Infinity/.test(stream.written), stream.written);
});

Deno.test("a notebook gets one output that is updated, in order, and the last state is awaited", async () => {
  const shown: { html: string; id: string | undefined; update: boolean | undefined }[] = [];
  const screen = notebookScreen({
    async display(thing: Displayable, { display_id: id, update } = {}) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      shown.push({ html: (await thing[jupyterDisplay]())["text/html"] as string, id, update });
    },
  });
  screen.show("1 <of> 4", 0.25);
  screen.show("2 of 4", 0.5);
  await screen.end("4 of 4", 1);
  assert.deepEqual(shown.map((output) => output.update), [false, true, true]);
  assert.equal(new Set(shown.map((output) => output.id)).size, 1);
  assert.match(shown[0]!.html, /value="0.25".*1 &lt;of&gt; 4/);
  assert.match(shown[2]!.html, /value="1".*4 of 4/);
});

Deno.test("outside of a kernel there is no notebook", () => {
  assert.equal(jupyter(), null);
});

function recorder(kind: { isTTY?: boolean; columns?: number } = {}) {
  return {
    ...kind,
    written: "",
    write(text: string) {
      this.written += text;
    },
  };
}

/** Runs a body in which the clock shows the given milliseconds, one after the other. */
async function atTimes(times: readonly number[], body: () => Promise<void>): Promise<void> {
  const clock = performance.now;
  const left = [...times];
  performance.now = () => left.shift() ?? assert.fail("the clock was read too often");
  try {
    await body();
  } finally {
    performance.now = clock;
  }
}
