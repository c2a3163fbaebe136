import type { HeadMap } from "../models/sequence_classifier.ts";
import type { Linear } from "../nn/linear.ts";

/** A model whose linear maps can be adapted. */
export interface Adaptable {
  readonly linears: ReadonlyMap<string, Linear>;
  /** The maps that train whole beside an adapter unless it names others. */
  readonly head?: ReadonlyMap<string, HeadMap>;
}
