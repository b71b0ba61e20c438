import * as z from "zod";
import { CommandFailure } from "../command.ts";

const value = z.string().min(1);
const stackOutputs = z.object({
  WebhookUrl: value,
  TelegramWebhookSecretId: value,
  TelegramBotTokenSecretId: value,
  AmocrmChannelSecretId: value,
  AmocrmApiTokenSecretId: value,
  ConversationsTable: value,
  DeliveriesTable: value,
  BodiesBucket: value,
  ToAmocrmQueueUrl: value,
  ToTelegramQueueUrl: value,
  ToAmocrmDeadLetterQueueUrl: value,
  ToTelegramDeadLetterQueueUrl: value,
  HandOff: z.enum(["always", "on-request"]),
  /** Absent in stacks that were deployed before it was told. */
  Version: z.exactOptional(value),
  /** Of the tables; absent in stacks that were deployed before it was told. */
  Protected: z.exactOptional(z.enum(["yes", "no"])),
});

/** The outputs of a bridge's stack, under the names `infra/outputs.ts` gives them. */
export type StackOutputs = z.output<typeof stackOutputs>;

/** Reads a stack's outputs; missing ones mean a stack of another version than this command. */
export function readOutputs(
  outputs: Readonly<Record<string, string>>,
  /** Names the stack and how to bring it up to date. */
  fix: string,
): StackOutputs {
  const result = stackOutputs.safeParse(outputs);
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join("."));
  throw new CommandFailure(`the stack has no output ${missing.join(", ")}: ${fix}`);
}
