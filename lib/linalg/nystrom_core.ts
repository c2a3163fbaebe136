/** The middle factor of a Nyström approximation. */
export type NystromCore =
  /** The block W[rows, columns] itself, as in the NLoRA authors' released code. */
  | "copy"
  /** Its pseudo-inverse, as in the NLoRA paper's Figure 3 and the Nyström method proper. */
  | "pinv"
  /** C⁺·W·R⁺, the best core for the same rows and columns in the Frobenius norm (the CUR optimum, Stewart 1999). */
  | "cur";

/** The names of the cores. */
export const nystromCores: readonly NystromCore[] = ["copy", "pinv", "cur"];
