/** Stops code of another process that never lets its event loop turn, by the debugger's protocol. */

/** A frame of the code that runs, innermost first. */
interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

/** How long the debugger may take for an answer; it begins with a list of all scripts. */
const answerMilliseconds = 10_000;
/** How long it may take until a statement is reached: none is while native code runs, or no code at all. */
const pauseMilliseconds = 1000;

/**
 * Ends the code that runs as if by an exception that nothing can catch; what was declared stays. The code is stopped at its next
 * statement and, if `stillWanted` says so then, not resumed.
 *
 * @param url where the process's debugger listens
 * @param after an expression that is evaluated there once the code is gone
 * @returns whether code was ended
 */
export async function stopRunningCode(
  url: string,
  stillWanted: () => boolean,
  after: string,
): Promise<boolean> {
  const session = await Session.open(url);
  if (!session) return false;
  try {
    await session.send("Debugger.enable");
    session.send("Debugger.pause");
    const event = await session.next("Debugger.paused", pauseMilliseconds);
    if (!event) return false;
    const ends = stillWanted() && canEnd(event.params.callFrames);
    await session.send("Debugger.resume", { terminateOnResume: ends });
    await session.send("Debugger.disable");
    if (ends) await session.send("Runtime.evaluate", { expression: after });
    return ends;
  } finally {
    session.close();
  }
}

/** Functions by which the event loop itself calls; the process does not outlive an end of theirs. */
const eventLoop = /^(__.*|runImmediateCallbacks|processTicksAndRejections|drainTicks)$/;

/** Whether code can be ended alone: jobs of promises can, what the event loop has called itself cannot. */
function canEnd(frames: readonly CallFrame[]): boolean {
  const { url, functionName } = frames.at(-1)!;
  return url !== "" || !eventLoop.test(functionName);
}

// deno-lint-ignore no-explicit-any
type Reply = any;

/** One connection to a debugger; an answer that does not come in time is null. */
class Session {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string | number, (reply: Reply) => void>();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      const key = message.id ?? message.method;
      this.#waiting.get(key)?.(message);
      this.#waiting.delete(key);
    };
  }

  static async open(url: string): Promise<Session | null> {
    const socket = new WebSocket(url);
    const opened = await new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    return opened ? new Session(socket) : null;
  }

  send(method: string, params: object = {}): Promise<Reply | null> {
    this.#sent += 1;
    this.#socket.send(JSON.stringify({ id: this.#sent, method, params }));
    return this.next(this.#sent, answerMilliseconds);
  }

  /** The next message with that id or method. */
  next(key: string | number, milliseconds: number): Promise<Reply | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), milliseconds);
      this.#waiting.set(key, (reply) => (clearTimeout(timer), resolve(reply)));
    });
  }

  close(): void {
    this.#socket.close();
  }
}
