import type { Spec } from "./spec.ts";

/** What was asked for: the spec, without the steps where they follow from its epochs. */
export function askedSpec({ steps, ...rest }: Spec): Partial<Spec> {
  return rest.epochs > 0 ? rest : { steps, ...rest };
}
