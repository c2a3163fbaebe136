/** Says what a step is doing just now, in a few words; the elapsed time is added by whoever shows it. */
export type Progress = (text: string) => void;

/** One step of set-up. */
export interface Step {
  readonly name: string;
  /** The steps that must be ready before this one. */
  readonly needs: readonly string[];
  /** Whether set-up goes on when this step fails. */
  readonly optional: boolean;
  /** Whether there is nothing to do: true only after a run that came to its end. */
  isDone(): Promise<boolean>;
  /**
   * Does the step anew, whatever an interrupted run has left, and returns what was done in a few words.
   *
   * @throws {Unavailable} If the machine lacks something.
   */
  run(progress: Progress): Promise<string>;
}

/** The machine lacks something: the message says what, and what would bring it. Set-up goes on without the step. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
