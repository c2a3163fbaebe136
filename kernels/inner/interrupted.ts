/** What a cell's waiting throws after an interrupt. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** No place in the code caused it. */
  override readonly stack = "Interrupted: stopped by the user";
  constructor() {
    super("stopped by the user");
  }
}
