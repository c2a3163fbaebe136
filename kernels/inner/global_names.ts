/**
 * Makes names ready to be assigned to by a cell that declares them. A value that an earlier cell gave stays until then; what the
 * runtime itself has under the name, such as a getter, gives way.
 */
export function declareGlobals(names: readonly string[]): void {
  for (const name of names) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    if (before?.writable) continue;
    Object.defineProperty(globalThis, name, {
      value: undefined,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}
