import process from "node:process";

/**
 * The command, under a limit on the memory that its process can write to, where the system keeps such a limit (Linux);
 * elsewhere the command as it is.
 *
 * @param bytes rounded down to whole KiB
 */
export function withMemoryLimit(command: readonly string[], bytes: number): readonly string[] {
  if (process.platform !== "linux") return command;
  return ["sh", "-c", `ulimit -d ${Math.floor(bytes / 1024)} && exec "$0" "$@"`, ...command];
}
