import assert from "node:assert/strict";
import { broadcasterSymbol } from "../../lib/report/broadcaster.ts";
import { display } from "../../lib/report/display.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";

interface Sent {
  readonly type: string;
  readonly content: {
    readonly data: Record<string, unknown>;
    readonly transient: { readonly display_id?: string };
    readonly wait?: boolean;
  };
}

/** What is sent to the notebook while the body runs in one. */
async function inNotebook(body: () => Promise<void> | void): Promise<Sent[]> {
  const host = globalThis as { [broadcasterSymbol]?: unknown };
  const sent: Sent[] = [];
  host[broadcasterSymbol] = {
    async broadcast(type: string, content: object) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      sent.push(structuredClone({ type, content }) as Sent);
    },
  };
  try {
    await body();
    await display.settled();
  } finally {
    delete host[broadcasterSymbol];
  }
  return sent;
}

Deno.test("every kind of display has its media type and a text", async () => {
  const png = new Uint8Array(24);
  new DataView(png.buffer).setUint32(16, 3);
  new DataView(png.buffer).setUint32(20, 5);
  const sent = await inNotebook(() => {
    display.html("<b>bold</b><script>x()</script> &amp; more");
    display.markdown("*m*");
    display.latex("x^2");
    display.latex("$y$");
    display.svg("<svg><text>words</text></svg>");
    display.png(png);
    display.json({ a: [1, undefined] });
    display([1, 2]);
  });
  assert.deepEqual(sent.map(({ content }) => content.data), [
    { "text/html": "<b>bold</b><script>x()</script> &amp; more", "text/plain": "bold &amp; more" },
    { "text/markdown": "*m*", "text/plain": "*m*" },
    { "text/markdown": "$$x^2$$", "text/latex": "$$x^2$$", "text/plain": "x^2" },
    { "text/markdown": "$y$", "text/latex": "$y$", "text/plain": "$y$" },
    { "image/svg+xml": "<svg><text>words</text></svg>", "text/plain": "words" },
    {
      "image/png": btoa(String.fromCharCode(...png)),
      "text/plain": "a picture, 3 × 5 pixels",
    },
    { "application/json": { a: [1, null] }, "text/plain": '{\n  "a": [\n    1,\n    null\n  ]\n}' },
    { "text/plain": "[ 1, 2 ]" },
  ]);
  for (const { type, content } of sent) assert.deepEqual([type, content.transient], ["display_data", {}]);
});

Deno.test("an output with an id is updated in its place; clearing is sent too, all in the order of the calls", async () => {
  const slow = {
    [jupyterDisplay]: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { "text/plain": "slow" };
    },
  };
  const sent = await inNotebook(async () => {
    display(slow, { id: "a" });
    display("quick", { id: "a", update: true });
    await display.clear({ wait: true });
  });
  assert.deepEqual(
    sent.map((
      { type, content },
    ) => [type, content.transient?.display_id, content.data?.["text/plain"], content.wait]),
    [
      ["display_data", "a", "slow", undefined],
      ["update_display_data", "a", "quick", undefined],
      ["clear_output", undefined, undefined, true],
    ],
  );
});

Deno.test("a value that cannot be shown fails its own call alone", async () => {
  const broken = {
    [jupyterDisplay]() {
      throw new Error("broken");
    },
  };
  const sent = await inNotebook(async () => {
    const failed = display(broken);
    display("after");
    await assert.rejects(failed, /broken/);
  });
  assert.deepEqual(sent.map(({ content }) => content.data), [{ "text/plain": "after" }]);
});

Deno.test("outside of a notebook the text goes to standard output", async () => {
  const log = console.log;
  const lines: unknown[] = [];
  console.log = (line: unknown) => lines.push(line);
  try {
    await display.markdown("**words**");
    await display.clear();
  } finally {
    console.log = log;
  }
  assert.deepEqual(lines, ["**words**"]);
});
