/** How a child process ended, with everything it wrote. */
export interface ChildResult {
  readonly code: number;
  /** Whether it was ended because its time was over. */
  readonly timedOut: boolean;
  /** Standard output and standard error in the order of arrival. */
  readonly output: string;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which the child and its children are ended. */
  readonly seconds?: number;
  /** Called with each complete line. */
  readonly onLine?: (line: string) => void;
}

const windows = Deno.build.os === "windows";
const running = new Set<Deno.ChildProcess>();

/**
 * Runs a program in a process group of its own and ends the whole group when it is done, when its time is over, or
 * when this process is interrupted. The child's standard input is a pipe that stays open as long as this process lives.
 *
 * @throws {Deno.errors.NotFound} If there is no such program.
 */
export async function runChild(options: ChildOptions): Promise<ChildResult> {
  const child = new Deno.Command(options.command, {
    args: [...options.args],
    cwd: options.cwd,
    env: options.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: !windows,
  }).spawn();
  running.add(child);
  let timedOut = false;
  const timer = options.seconds === undefined ? undefined : setTimeout(() => {
    timedOut = true;
    void end([child]);
  }, options.seconds * 1000);
  const chunks: string[] = [];
  const read = Promise.all([
    readLines(child.stdout, chunks, options.onLine),
    readLines(child.stderr, chunks, options.onLine),
  ]);
  try {
    const { code } = await child.status;
    endGroup(child, "SIGKILL");
    await read;
    return { code, timedOut, output: chunks.join("") };
  } finally {
    clearTimeout(timer);
    running.delete(child);
    await child.stdin.close().catch(() => {});
  }
}

/** Ends all children on Ctrl-C or SIGTERM, says what to do next, and exits with 128 + the signal's number. */
export function exitOnSignals(advice: string): void {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    if (windows && signal === "SIGTERM") continue;
    Deno.addSignalListener(signal, () => {
      void end([...running]).then(() => {
        console.log(`\ninterrupted; ${advice}`);
        Deno.exit(code);
      });
    });
  }
}

async function end(children: readonly Deno.ChildProcess[]): Promise<void> {
  for (const child of children) endGroup(child, "SIGTERM");
  const ended = Promise.all(children.map((child) => child.status));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
  for (const child of children) endGroup(child, "SIGKILL");
}

function endGroup(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    if (windows) child.kill(signal);
    else Deno.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  chunks: string[],
  onLine?: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const text = decoder.decode(bytes, { stream: true });
    chunks.push(text);
    if (onLine === undefined) continue;
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(onLine);
  }
  if (rest !== "") onLine?.(rest);
}
