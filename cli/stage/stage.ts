import * as z from "zod";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import type { Registration } from "../../infra/settings/registration.ts";
import { CommandFailure } from "../command.ts";

const value = z.string().min(1);
const stackOutputs = z.object({
  WebhookUrl: value,
  TelegramWebhookSecretId: value,
  TelegramBotTokenSecretId: value,
  AmocrmChannelSecretId: value,
  AmocrmApiTokenSecretId: value,
  /** Absent in stacks of older versions, which have no deep links. */
  DeepLinkKeySecretId: z.exactOptional(value),
  /** Where customers' files are. Absent in stacks of older versions. */
  MediaBaseUrl: z.exactOptional(value),
  ConversationsTable: value,
  DeliveriesTable: value,
  BodiesBucket: value,
  ToAmocrmQueueUrl: value,
  ToTelegramQueueUrl: value,
  ToAmocrmDeadLetterQueueUrl: value,
  ToTelegramDeadLetterQueueUrl: value,
  HandOff: z.enum(["always", "on-request"]),
  /** Absent in stacks of older versions, which do not report it. */
  Version: z.exactOptional(value),
  /** Protection of the tables. Absent in stacks of older versions, which do not report it. */
  Protected: z.exactOptional(z.enum(["yes", "no"])),
});

/** The outputs of a bridge's stack, under the names of `infra/outputs.ts`. */
export type StackOutputs = z.output<typeof stackOutputs>;

/** Reads a stack's outputs. Missing ones mean that the stack has another version than this command. */
export function readOutputs(outputs: Readonly<Record<string, string>>, fix: string): StackOutputs {
  const result = stackOutputs.safeParse(outputs);
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join("."));
  throw new CommandFailure(`the stack has no output ${missing.join(", ")}: ${fix}`);
}

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

/** The object of a command: one bridge, deployed or running on this machine. */
export type Stage = {
  readonly name: string;
  /** Undefined on the laptop run, which has one bridge only. */
  readonly bridge: string | undefined;
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
export function commandOn(
  { name, bridge }: Pick<Stage, "name" | "bridge">,
  command: string,
): string {
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

/** The stack's name of a bridge, as infra/bridge-stack.ts gives it. */
export function stackNameOf(stage: string, bridge: string): string {
  return `${stage}-${bridge}-telegram-bridge`;
}

/** The parts of a bridge that AWS would delete, and the fix. Undefined where everything is protected. */
export function missingProtection(
  stage: Stage,
): { readonly says: string; readonly fix: string } | undefined {
  const { protection, name } = stage;
  if (protection === undefined) return undefined;
  const open = [
    ...(protection.stack ? [] : ["the stack"]),
    ...(protection.tables === false ? ["its tables"] : []),
  ];
  if (open.length === 0) return undefined;
  return {
    says: `AWS does not refuse to delete ${open.join(" and ")}`,
    fix: `set protect: true for stage "${name}" in infra/stages.ts and deploy again: ${howToDeploy(stage)}`,
  };
}
