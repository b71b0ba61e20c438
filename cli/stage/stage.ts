import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { Registration } from "../../infra/settings/registration.ts";
import type { StackOutputs } from "./outputs.ts";

/** The settings of a stage's AWS clients. Without `credentials` the SDK finds its own. */
export type AwsConfiguration = {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/** Whether AWS refuses to delete the parts of a bridge. Undefined where the stack does not report it. */
export type Protection = { readonly stack: boolean; readonly tables: boolean | undefined };

/** The settings of what the bridge makes in the account, and of the fields for who the customer is. */
export type CrmSettings = Pick<
  BridgeSettings,
  "newCustomer" | "contactFields" | "operatorLanguage"
>;

/** These settings of a bridge. */
export function crmSettingsOf({
  newCustomer,
  contactFields,
  operatorLanguage,
}: CrmSettings): CrmSettings {
  return { newCustomer, contactFields, operatorLanguage };
}

/** The object of a command: one bridge, deployed or running on this machine. */
export type Stage = {
  /** `laptop` for the laptop run. */
  readonly name: string;
  /** Undefined on the laptop run, which has one bridge only. */
  readonly bridge: string | undefined;
  /** The id of this bridge's bot. */
  readonly botId: string;
  readonly outputs: StackOutputs;
  readonly aws: AwsConfiguration;
  readonly telegramApiRoot: string;
  readonly amojoOrigin: string;
  readonly amocrmOrigin: string;
  /** amoCRM can fetch a customer's file for this many days. */
  readonly mediaDays: number;
  /** Undefined where a deletion would lose no data, as on the laptop run. */
  readonly protection: Protection | undefined;
  /** The namespace of the bridge's metrics, where it measures the time until an answer. */
  readonly answersNamespace: string | undefined;
  /** Whether the stage names the bot that amoCRM support registered for the channel. */
  readonly hasChannelBot: boolean;
  /** The facts about the channel for amoCRM support, where the stage has them. */
  readonly registration: Registration | undefined;
  readonly crm: CrmSettings;
};

/** The name of the laptop run among the stages. Commands cannot reach a real stage of that name. */
export const laptop = "laptop";

/** The name of a stage in `--json`. */
export function nameOf({ name, bridge }: Pick<Stage, "name" | "bridge">): {
  stage: string;
  bridge: string | null;
} {
  return { stage: name, bridge: bridge ?? null };
}

/** Another command on the same stage, as a person would type it. */
export function commandOn({ name, bridge }: Stage, command: string): string {
  return `npx bridge ${command}${bridge === undefined ? "" : ` --stage ${name} --bridge ${bridge}`}`;
}

/** How to deploy a bridge, or to restart the laptop run. */
export function howToDeploy({ name, bridge }: Pick<Stage, "name" | "bridge">): string {
  return bridge === undefined
    ? "stop the laptop run and start it again"
    : `npx cdk deploy ${name}/${bridge}`;
}

/** A base address joined with a path that begins with a slash. */
export function addressOf(base: string, path: string): string {
  return base.replace(/\/+$/, "") + path;
}
