import * as z from "zod";
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
export function readOutputs(
  outputs: Readonly<Record<string, string>>,
  /** Names the stack and says how to update it. */
  fix: string,
): StackOutputs {
  const result = stackOutputs.safeParse(outputs);
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join("."));
  throw new CommandFailure(`the stack has no output ${missing.join(", ")}: ${fix}`);
}
