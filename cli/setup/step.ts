import type { Language } from "../../lambdas/model/conversation.ts";
import type { Asker } from "../ask.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import type { Stage } from "../stage/stage.ts";
import { commandOn } from "../stage/stage.ts";

/** What the options said; a secret among them was read from a file or from standard input. */
export type Given = {
  readonly botToken: string | undefined;
  readonly apiToken: string | undefined;
  readonly channelId: string | undefined;
  readonly channelSecret: string | undefined;
  readonly accountId: string | undefined;
  readonly title: string | undefined;
  readonly letterFile: string | undefined;
  readonly language: Language | undefined;
  /** The webhook and menu of another program are replaced without a question. */
  readonly takeOver: boolean;
};

/** What every step of the wizard works with. */
export type Setup = {
  readonly stage: Stage;
  readonly secrets: SecretStore;
  readonly given: Given;
  /** Undefined where nobody is asked: what is missing fails then, with how to give it. */
  readonly asker: Asker | undefined;
  /** Prints one line. */
  readonly say: (line: string) => void;
  /** Shows for a moment what is waited for, where somebody watches. */
  readonly waitingFor: (what: string) => void;
  readonly now: () => number;
  /** Between two looks at something that takes its time. */
  readonly pause: (millis: number) => Promise<void>;
  /** Until something is surely so. */
  readonly sleep: (millis: number) => Promise<unknown>;
};

/** A line under a step's name, so that the steps stand under each other. */
export function sayStep({ say }: Setup, step: string, outcome: string): void {
  say(`${step.padEnd(11)}${outcome}`);
}

/** How a person goes on later. */
export function sameCommand(stage: Stage): string {
  return commandOn(stage, "setup");
}
