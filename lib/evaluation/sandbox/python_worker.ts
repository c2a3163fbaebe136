// The source of the worker that one program runs in. It imports nothing: the sandbox process can read no file, and is
// given this text with the rest.
import type { PythonJob, WorkerStart } from "./messages.ts";
import type { PythonRun } from "./python_run.ts";

/** What is used of a Python object. */
interface PythonObject {
  (...args: unknown[]): PythonObject;
  readonly [name: string]: PythonObject;
}

/** What is used of Pyodide. */
interface Python {
  makeMemorySnapshot(): Uint8Array;
  pyimport(name: string): PythonObject;
  setStdin(options: { error: boolean }): void;
  setStdout(options: { write(bytes: Uint8Array): number }): void;
  setStderr(options: { write(bytes: Uint8Array): number }): void;
}

/**
 * Takes the ways from Python to JavaScript: they cannot be imported, and what they held is gone from them. (A program that
 * writes to the interpreter's memory could make new ones; it then stands before the walls of the process.)
 */
const CLOSE_BRIDGE = `
import gc, sys
bridge = {"js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core"}
on_bridge = lambda name: name.partition(".")[0] in bridge
sys.meta_path[:] = [f for f in sys.meta_path if not on_bridge(type(f).__module__)]
for found in gc.get_objects():
    if type(found).__module__ == "_pyodide._importhook":
        vars(found).clear()
proxy = sys.modules["pyodide.ffi"].JsProxy
for name in [n for n in sys.modules if on_bridge(n)]:
    names = getattr(sys.modules[name], "__dict__", {})
    for key in [k for k, v in names.items() if isinstance(v, proxy)]:
        del names[key]
sys.modules.update(dict.fromkeys({n for n in sys.modules if on_bridge(n)} | bridge))
`;

const post = globalThis.postMessage.bind(globalThis) as (message: unknown) => void;

globalThis.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  forgetHost();
  const python = await boot(data);
  if (data.job) run(python, data.job);
  else post(python.makeMemorySnapshot());
};

/** Takes away what reaches the process's streams, and the channel to the process, of which `post` alone is left. */
function forgetHost(): void {
  for (const name of ["Deno", "process", "postMessage", "BroadcastChannel", "Worker", "close"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  const silent = () => {};
  globalThis.console = Object.fromEntries(Object.keys(console).map((name) => [name, silent])) as never;
}

async function boot({ loader, runtime, module, library, lock, snapshot }: WorkerStart): Promise<Python> {
  const { loadPyodide } = await importText(loader);
  const { default: createPyodideModule } = await importText(runtime);
  // Pyodide believes to be in a browser; what it would fetch is at hand.
  globalThis.fetch = () => Promise.resolve(new Response(library));
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    instance: await WebAssembly.instantiate(module, imports),
    module,
  });
  return loadPyodide({
    indexURL: "file:///",
    lockFileContents: lock,
    createPyodideModule,
    jsglobals: {},
    ...snapshot ? { _loadSnapshot: snapshot } : { _makeSnapshot: true },
  });
}

function importText(source: string) {
  return import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
}

function run(python: Python, { token, program, checks, outputLimit }: PythonJob): void {
  let output = "";
  const end = (outcome: PythonRun["outcome"], error = "") =>
    post(`${token} ${outcome}\n${error}\n${output.slice(0, outputLimit)}`);
  const decoder = new TextDecoder();
  const write = (bytes: Uint8Array) => {
    if (output.length > outputLimit) throw new Error("flood");
    output += decoder.decode(bytes, { stream: true });
    if (output.length > outputLimit) {
      end("flood", `it wrote more than ${outputLimit} characters`);
      throw new Error("flood");
    }
    return bytes.length;
  };
  python.setStdin({ error: true });
  python.setStdout({ write });
  python.setStderr({ write });
  const { compile, exec, dict } = python.pyimport("builtins") as Record<string, PythonObject>;
  const builtins = python.pyimport("builtins").__dict__!;
  const pristine = dict!(builtins);
  const { settrace, setprofile } = python.pyimport("sys") as Record<string, PythonObject>;
  exec!(CLOSE_BRIDGE, dict!());
  post(`${token} started`);
  try {
    // The functions are C's, called from here: no Python frame lies below the program for it to change.
    const namespace = dict!();
    const checking = compile!(checks, "checks.py", "exec");
    exec!(compile!(program, "program.py", "exec"), namespace);
    namespace.__setitem__!("__builtins__", builtins);
    builtins.update!(pristine);
    settrace!(undefined);
    setprofile!(undefined);
    exec!(checking, namespace);
  } catch (error) {
    const { type, message } = error as { type?: string; message?: unknown };
    const last = String(message).trimEnd().split("\n").at(-1)!;
    return end(type === undefined ? "crashed" : "raised", last);
  }
  end("finished");
}
