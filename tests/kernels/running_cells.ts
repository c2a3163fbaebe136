import { CellRunner } from "../../kernels/cell_runner.ts";
import { OutputLimit } from "../../kernels/output_limit.ts";
import type { Json } from "../../kernels/message.ts";

/** One output of a cell, such as `["stream", { name, text }]`. */
export type Output = readonly [type: string, content: Json];

/** Cells that run in a process of their own, and all that they put out. */
export interface RunningCells {
  readonly runner: CellRunner;
  /** What has been put out since the last call of `run`. */
  readonly outputs: Output[];
  /** Runs a cell; gives its outputs, with what it printed to one stream without a break as one. */
  run(code: string, options?: Json): Promise<Output[]>;
  /** The text of its result, without colours. */
  result(code: string): Promise<string | undefined>;
  /** What it prints to a stream. */
  printed(code: string, name?: string): Promise<string>;
  /** The traceback of its error, as one text. */
  traceback(code: string): Promise<string>;
}

const colours = new RegExp("\u001b\\[[0-9;]*m", "g");

/** Adds an output; text joins that of the same stream before it, since where a stream is split is a matter of time. */
function joinStreams(outputs: readonly Output[], [type, content]: Output): Output[] {
  const last = outputs.at(-1);
  if (type !== "stream" || last?.[0] !== "stream" || last[1].name !== content.name) {
    return [...outputs, [type, content]];
  }
  return [...outputs.slice(0, -1), [type, { ...content, text: last[1].text + content.text }]];
}

/** Runs a test's body with a process for cells in a folder; questions get the answers in their order. */
export async function withCells(
  cwd: string,
  body: (cells: RunningCells) => Promise<void>,
  { answers = [], limit = "10" }: { answers?: (string | null)[]; limit?: string } = {},
): Promise<void> {
  const outputs: Output[] = [];
  const { signal } = new AbortController();
  const runner = await CellRunner.start({ cwd, signal, limit: new OutputLimit(limit) }, {
    onOutput: (type, content) => outputs.push([type, content]),
    onQuestion(content) {
      outputs.push(["question", content]);
      const answer = answers.shift() ?? null;
      if (answer !== null) runner.answer({ value: answer });
    },
  });
  let count = 0;
  const run = async (code: string, options: Json = {}) => {
    outputs.length = 0;
    count += 1;
    await runner.run(code, { name: `cell ${count}`, allow_stdin: true, ...options });
    return outputs.reduce(joinStreams, []);
  };
  const of = (type: string, outputs: readonly Output[]) =>
    outputs.flatMap(([kind, content]) => kind === type ? [content] : []);
  try {
    await body({
      runner,
      outputs,
      run,
      result: async (code) =>
        of("execute_result", await run(code))[0]?.data["text/plain"].replaceAll(colours, ""),
      printed: async (code, name = "stdout") =>
        of("stream", await run(code)).filter((stream) => stream.name === name).map(({ text }) => text).join(
          "",
        ),
      traceback: async (code) =>
        of("error", await run(code)).map(({ traceback }) => traceback.join("\n")).join(),
    });
  } finally {
    await runner.close();
  }
}
