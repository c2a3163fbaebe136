import { shownJson } from "../formats/json.ts";
import { UsageError } from "../usage_error.ts";
import { dora } from "./dora.ts";
import { full } from "./full.ts";
import { inttune } from "./inttune.ts";
import { lora } from "./lora.ts";
import { loraXs } from "./lora_xs.ts";
import type { Method } from "./method.ts";
import { nlora } from "./nlora.ts";
import { olora } from "./olora.ts";
import { pissa } from "./pissa.ts";
import { slora } from "./slora.ts";
import { vera } from "./vera.ts";

/** The table of methods: a row here is all that a new file needs to be tested, trained, saved and merged. */
const table = { lora, dora, pissa, olora, slora, nlora, inttune, "lora-xs": loraXs, vera, full };

/** The name of a method, as an editor completes it; another text is refused where it is used. */
export type MethodName = keyof typeof table | string & Record<never, never>;

/** The methods in the order of the table. */
export const methods: readonly Method[] = Object.values(table);

/**
 * The method of a name.
 *
 * @throws UsageError for an unknown name
 */
export function findMethod(name: string): Method {
  const method = methods.find((m) => m.name === name);
  if (!method) {
    const known = methods.map((m) => m.name).join(", ");
    throw new UsageError(`unknown method ${shownJson(name)}; choose one of ${known}`);
  }
  return method;
}
