import type { Row } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";

/**
 * The fields of a gold that is a JSON object, as a row.
 *
 * @throws UsageError when it is none
 */
export function goldRow(gold: string): Row {
  try {
    const fields = JSON.parse(gold);
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
      return { place: "the gold", fields };
    }
  } catch {
    // said below
  }
  const start = JSON.stringify(gold.slice(0, 60));
  throw new UsageError(
    `the gold ${start} is no JSON object; give the fields of the problem's row in the data set`,
  );
}
