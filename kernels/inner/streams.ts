/** Standard output and standard error of code in cells, which come to the notebook in order with all else that it shows. */
import { Buffer } from "node:buffer";
import process from "node:process";
import { writeAll } from "./kernel_link.ts";

/** The name of a stream, as Jupyter has it. */
export type StreamName = "stdout" | "stderr";

/** Takes text for a stream. */
export type SayText = (name: StreamName, text: string) => void;

/** The class of Deno's console; the level of what it prints is above 1 for warnings and errors. */
interface DenoInternals {
  readonly Console: new (print: (text: string, level: number) => void) => Console;
}

/**
 * Gives `say` what is written by `console`, `Deno.stdout`, `process.stdout` and the like. What child processes and native code write
 * does not pass by here; the function that is returned marks how far they have come.
 */
export function redirectStreams(say: SayText): (mark: string) => void {
  const { internal } = Deno as unknown as { internal: symbol };
  const { Console } = (Deno as unknown as Record<symbol, DenoInternals>)[internal]!;
  Object.assign(console, new Console((text, level) => say(level > 1 ? "stderr" : "stdout", text)));
  const marks = [redirect("stdout", say), redirect("stderr", say)];
  return (mark) => marks.forEach((write) => write(mark));
}

/** Redirects one stream; gives what still writes to the process's own. */
function redirect(name: StreamName, say: SayText): (text: string) => void {
  const stream = Deno[name];
  const own = { writeSync: stream.writeSync.bind(stream) };
  const decoder = new TextDecoder();
  const writeSync = (bytes: Uint8Array) => {
    say(name, decoder.decode(bytes, { stream: true }));
    return bytes.length;
  };
  Object.defineProperties(stream, {
    writeSync: { value: writeSync },
    write: { value: (bytes: Uint8Array) => Promise.resolve(writeSync(bytes)) },
    writable: { get: () => new WritableStream<Uint8Array>({ write: (bytes) => void writeSync(bytes) }) },
  });
  process[name].write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const encoding = typeof rest[0] === "string" ? rest[0] as BufferEncoding : "utf8";
    writeSync(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    const done = rest.findLast((argument) => typeof argument === "function") as (() => void) | undefined;
    if (done) queueMicrotask(done);
    return true;
  };
  return (text) => writeAll(own, new TextEncoder().encode(text));
}
