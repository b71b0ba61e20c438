import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { startRun } from "../../local/run.ts";
import type { Run } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";
import type { AmocrmSimulator } from "../../local/simulators/amocrm/types.ts";
import type { TelegramSimulator } from "../../local/simulators/telegram/types.ts";

/** A laptop run for a suite: shipped bundles, strict simulators, short waits after a dead attempt. */
export type Bridge = {
  readonly run: Run;
  readonly telegram: TelegramSimulator;
  readonly amocrm: AmocrmSimulator;
  /** Everything the functions and the host logged. */
  readonly log: readonly string[];
  /** The events that are parked now for that reason, by the ledger's own index. */
  parked(reason: string): Promise<{ id: string; message: string }[]>;
};

export async function startBridge(environment: Record<string, string> = {}): Promise<Bridge> {
  const log: string[] = [];
  const run = await startRun(readSettings({ PORT: "0", ...environment }), {
    log: (line) => log.push(line),
    assemblyRoot: process.env["BRIDGE_TEST_ASSEMBLY"] ?? "",
    visibilityTimeoutSeconds: 4,
  });
  if (run.telegram === undefined || run.amocrm === undefined) throw new Error("no simulators");
  const dynamo = new DynamoDBClient({
    endpoint: run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const parked = async (reason: string) => {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: run.host.outputs["DeliveriesTable"],
        IndexName: "parked",
        KeyConditionExpression: "parkedAs = :parked",
        ExpressionAttributeValues: { ":parked": { S: "parked" } },
      }),
    );
    return Items.filter((item) => item["reason"]?.S === reason).map((item) => ({
      id: item["id"]?.S ?? "",
      message: item["message"]?.S ?? "",
    }));
  };
  return { run, telegram: run.telegram, amocrm: run.amocrm, log, parked };
}

/** Waits until something holds; fails with what was waited for. */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  patienceMillis = 15_000,
): Promise<Value> {
  const deadline = Date.now() + patienceMillis;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Texts the bot sent to a chat, in the order Telegram took them. */
export function textsTo(telegram: TelegramSimulator, chatId: number): string[] {
  return telegram
    .messages()
    .filter((message) => message.chatId === chatId)
    .map((message) => message.text);
}

/** Texts in an amoCRM chat, in the order amoCRM took them. */
export function textsIn(amocrm: AmocrmSimulator, conversationId: string): string[] {
  return amocrm
    .messages()
    .filter((message) => message.conversationId === conversationId)
    .map((message) => message.text);
}

/** The last status an operator was shown for a message. */
export function statusOf(amocrm: AmocrmSimulator, messageId: string) {
  return amocrm
    .messages()
    .find(({ id }) => id === messageId)
    ?.deliveryStatus.at(-1);
}
