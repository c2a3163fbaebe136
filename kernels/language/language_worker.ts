/** The thread that knows the types; see {@linkcode Language} for what it is asked. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { NotebookTypes } from "./notebook_types.ts";

/** A question: a method of {@linkcode NotebookTypes} and what it is called with. */
export interface Question {
  readonly id: number;
  readonly method: "check" | "add" | "complete" | "inspect";
  readonly given: readonly unknown[];
}

/** How long it is quiet before the next question is prepared for, and before garbage is collected. */
const preparingMilliseconds = 30, collectingMilliseconds = 1000;
/** After how many questions garbage is collected without such a rest: each leaves some megabytes. */
const mostQuestions = 100;

const thread = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(answer: { id: number; result?: unknown; error?: string }): void;
};
setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

thread.onmessage = ({ data: folder }: MessageEvent<string>) => {
  const notebook = new NotebookTypes(folder);
  notebook.check("nlora; tf; aq;");
  collect();
  let questions = 0;
  let rests: readonly ReturnType<typeof setTimeout>[] = [];
  const rest = () => {
    questions = 0;
    collect();
  };
  thread.onmessage = ({ data: { id, method, given } }: MessageEvent<Question>) => {
    rests.forEach(clearTimeout);
    try {
      const result = (notebook[method] as (...given: unknown[]) => unknown).apply(notebook, [...given]);
      thread.postMessage({ id, result });
    } catch (error) {
      thread.postMessage({
        id,
        error: error instanceof Error ? error.stack ?? error.message : String(error),
      });
    }
    if (++questions >= mostQuestions) rest();
    rests = [
      setTimeout(() => notebook.prepare(), preparingMilliseconds),
      setTimeout(rest, collectingMilliseconds),
    ];
  };
  thread.postMessage({ id: 0 });
};
