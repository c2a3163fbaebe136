/** What Jupyter reads of a kernelspec's `kernel.json`. */
export interface KernelJson {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message" | "signal";
  readonly env: Readonly<Record<string, string>>;
}

/** A kernel that can be installed. */
export interface KernelSpec {
  /** Also the kernelspec's name unless another is chosen. */
  readonly name: string;
  readonly summary: string;
  /** Whether it is shown with the library's logo. */
  readonly logo: boolean;
  /** Why it cannot be installed on this machine; null where it can. */
  obstacle(): string | null;
  /** Brings what the kernel needs and says how Jupyter starts it. */
  prepare(): KernelJson;
}
