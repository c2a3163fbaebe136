import { UsageError } from "../usage_error.ts";
import { inttune } from "./inttune.ts";
import { lora } from "./lora.ts";
import { loraXs } from "./lora_xs.ts";
import type { Method } from "./method.ts";
import { nlora } from "./nlora.ts";
import { olora } from "./olora.ts";
import { pissa } from "./pissa.ts";
import { slora } from "./slora.ts";

/** The table of methods: a row here is all that a new file needs to be tested, trained, saved and merged. */
export const methods: readonly Method[] = [lora, pissa, slora, nlora, inttune, olora, loraXs];

/**
 * The method of a name.
 *
 * @throws UsageError for an unknown name
 */
export function findMethod(name: string): Method {
  const method = methods.find((m) => m.name === name);
  if (!method) {
    const known = methods.map((m) => m.name).join(", ");
    throw new UsageError(`unknown method ${JSON.stringify(name)}; choose one of ${known}`);
  }
  return method;
}
