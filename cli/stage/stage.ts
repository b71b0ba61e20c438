import type { Registration } from "../../infra/settings/registration.ts";
import type { StackOutputs } from "./outputs.ts";

/** How AWS clients are built for a stage; without `credentials` the SDK finds its own. */
export type AwsConfiguration = {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/** Whether AWS refuses to delete what a bridge is made of; undefined where the stack does not say it. */
export type Protection = { readonly stack: boolean; readonly tables: boolean | undefined };

/** What a command works on: one bridge, deployed or running on this machine. */
export type Stage = {
  /** `laptop` for the laptop run. */
  readonly name: string;
  /** Undefined on the laptop run, which has one bridge only. */
  readonly bridge: string | undefined;
  /** The bot this bridge is for. */
  readonly botId: string;
  readonly outputs: StackOutputs;
  readonly aws: AwsConfiguration;
  readonly telegramApiRoot: string;
  readonly amojoOrigin: string;
  readonly amocrmOrigin: string;
  /** For so long amoCRM can fetch what a customer sent. */
  readonly mediaDays: number;
  /** Undefined where nothing is kept that deleting it would lose, as on the laptop run. */
  readonly protection: Protection | undefined;
  /** Whether the stage names the bot that amoCRM support registered for the channel. */
  readonly hasChannelBot: boolean;
  /** What amoCRM support is told about the channel, where the stage says it. */
  readonly registration: Registration | undefined;
};

/** Name of the laptop run among the stages; a stage of that name cannot be reached. */
export const laptop = "laptop";

/** Options by which every command that works on a stage takes it. */
export const stageOptions = ["stage", "bridge"] as const;

/** The lines about them in a command's help; `width` is that of the command's own option column. */
export function stageHelp(width = 11): string {
  return `  ${"--stage".padEnd(width)}a stage of infra/stages.ts; without it, the laptop run in progress
  ${"--bridge".padEnd(width)}a bridge of that stage; may be left out where there is only one
`;
}

/** How `--json` names a stage. */
export function nameOf({ name, bridge }: Stage): { stage: string; bridge: string | null } {
  return { stage: name, bridge: bridge ?? null };
}

/** Another command on the same stage, as a person would type it. */
export function commandOn({ name, bridge }: Stage, command: string): string {
  return `npx bridge ${command}${bridge === undefined ? "" : ` --stage ${name} --bridge ${bridge}`}`;
}

/** A base address joined with a path that begins with a slash. */
export function addressOf(base: string, path: string): string {
  return base.replace(/\/+$/, "") + path;
}
