/** What a file of one backend provides. */
export interface Backend {
  readonly name: string;
  /** Loads and registers the backend and tells its device; throws {@linkcode Unavailable} where it cannot. */
  load(): Promise<BackendDevice>;
}

/** The device that a backend found. */
export interface BackendDevice {
  readonly description: string;
  /** True for a device emulated on the CPU: it works, but the next backend is faster. */
  readonly software: boolean;
}

/** Why a backend is not to be had on this machine, and what would bring it. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  constructor(message: string, readonly remedy: string) {
    super(message);
  }
}
