import type { Asker } from "../ask.ts";
import type { LetterLanguage } from "../letter.ts";
import type { SecretStore } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";

/** The values of the options. Secrets among them were read from a file or from standard input. */
export type GivenValues = Readonly<
  Record<
    "botToken" | "apiToken" | "channelId" | "channelSecret" | "accountId" | "title" | "letterFile",
    string | undefined
  >
> & {
  readonly language: LetterLanguage | undefined;
  /** Replace the webhook and menu of another program without a question. */
  readonly takeOver: boolean;
};

/** The tools of every step of the wizard. */
export type Setup = {
  readonly stage: Stage;
  readonly secrets: SecretStore;
  readonly given: GivenValues;
  /**
   * Undefined when there is no person to ask. Then a missing value fails with a sentence
   * that says how to give it.
   */
  readonly asker: Asker | undefined;
  readonly say: (line: string) => void;
  /** Shows the reason of a wait for a moment, if a person watches. */
  readonly waitingFor: (what: string) => void;
  readonly now: () => number;
  /** Waits between two checks of something that takes time. */
  readonly pause: (millis: number) => Promise<void>;
  /** Waits until a change has certainly taken effect. */
  readonly sleep: (millis: number) => Promise<unknown>;
};

/** Prints a line under a step's name. The padding aligns the steps. */
export function sayStep({ say }: Setup, step: string, outcome: string): void {
  say(`${step.padEnd(11)}${outcome}`);
}
