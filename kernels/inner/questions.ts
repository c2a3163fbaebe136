/** Questions to the person at the notebook, by the names that the web has for them, and one for secrets. */
import { Interrupted } from "./interrupted.ts";

/** Asks and waits; null after an interrupt. */
export type Ask = (prompt: string, password: boolean) => string | null;

/** The functions for the global scope. */
export function questions(ask: Ask, allowed: () => boolean) {
  const put = (prompt: string, password = false) => {
    if (!allowed()) throw new Error("this notebook is run by a program that answers no questions");
    const answer = ask(prompt, password);
    if (answer === null) throw new Interrupted();
    return answer;
  };
  return {
    /** The answer; where it is empty the default, or null where there is none. */
    prompt(message = "Prompt", standard?: string): string | null {
      return put(standard === undefined ? message : `${message} [${standard}]`) || standard || null;
    },
    /** Whether the answer is y. */
    confirm: (message = "Confirm"): boolean => /^y(es)?$/i.test(put(`${message} [y/N]`).trim()),
    /** Shows a message and goes on. */
    alert: (message = "Alert"): void => console.log(String(message)),
    /** An answer that nobody sees while it is typed, such as a token; null where it is empty. */
    promptPassword: (message = "Password"): string | null => put(message, true) || null,
  };
}
