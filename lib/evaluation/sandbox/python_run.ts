/** How a program in the sandbox ended. */
export interface PythonRun {
  /**
   * `finished`: the program, and its checks where there are any, ran to their ends; `raised`: an exception, `sys.exit`
   * among them, came out of it; `timeout`: it ran longer than it may; `flood`: it wrote more than it may; `crashed`:
   * the interpreter broke down.
   */
  readonly outcome: "finished" | "raised" | "timeout" | "flood" | "crashed";
  /** What it wrote to its standard output and error. */
  readonly output: string;
  /** What went wrong, the last line of the traceback for an exception; null when it finished. */
  readonly error: string | null;
}
