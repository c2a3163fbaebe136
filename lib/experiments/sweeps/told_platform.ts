import { UsageError } from "../../usage_error.ts";
import type { Platform } from "../environment.ts";
import { jobEvents } from "./job.ts";

/**
 * What a job's program told that it would compute by.
 *
 * @param silence why it told nothing, for the error
 * @throws UsageError where it refused
 */
export function toldPlatform(output: string, silence: string): Platform {
  for (const event of jobEvents(output)) {
    if (event.event === "platform") return event.platform;
    if (event.event === "refused") throw new UsageError(event.reason);
  }
  throw new Error(`a job's program does not tell what it would compute by: ${silence}`);
}
