import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { chatsApiHistory } from "../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../lambdas/amocrm/chats/scope.ts";
import { dynamoConversationStore } from "../../lambdas/aws/conversations.ts";
import { DynamoTable, textIn } from "../../lambdas/aws/table.ts";
import { activeHoursOf } from "../../lambdas/delivery/activity.ts";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { createBodyOf } from "../../lambdas/ingest/pack-body.ts";
import { isFailure, PermanentFailure } from "../../lambdas/model/failure.ts";
import { historyPageSize } from "../../lambdas/model/crm.ts";
import { fixedSecret } from "../../lambdas/model/runtime.ts";
import type { CrmHistory, HistoryMessage } from "../../lambdas/model/crm.ts";
import { readChannel } from "../amocrm/read-channel.ts";
import { awsFailure } from "../aws/failures.ts";
import { StageDeliveries } from "../aws/stage-deliveries.ts";
import { CommandFailure } from "../command.ts";
import { printable } from "../output.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import type { Stage } from "../stage/stage.ts";
import type { TraceSources } from "./sources.ts";

/** A stage's tables, and amoCRM's history of its chats. Opening them makes no call. */
export function openTraceSources(stage: Stage): TraceSources {
  const client = new DynamoDBClient(stage.aws);
  const { DeliveriesTable, ConversationsTable, BodiesBucket } = stage.outputs;
  const deliveries = new DynamoTable(client, DeliveriesTable, "id");
  const conversations = dynamoConversationStore(
    new DynamoTable(client, ConversationsTable, "conversationId"),
  );
  const bodyOf = createBodyOf(s3BodyStore(new S3Client(stage.aws), BodiesBucket));
  const setAside = new StageDeliveries(stage, Date.now);
  const secrets = new StageSecrets(stage);
  const reading = (error: unknown) => {
    throw awsFailure(error, "read the tables");
  };
  return {
    item: (id) => deliveries.get(id).catch(reading),
    setAside: (state) => setAside.setAside(state),
    async *history(conversationId) {
      const { amojoChatId } = (await conversations.find(conversationId).catch(reading)) ?? {};
      if (amojoChatId === undefined) return;
      const channel = fixedSecret(await readChannel(stage, secrets));
      const scope = chatsApiScope({ origin: stage.amojoOrigin, channel, now: Date.now });
      yield* pagesOf(chatsApiHistory(scope, Date.now), { amojoChatId, conversationId });
    },
    async *active({ conversationId, fromMillis, untilMillis }) {
      const place = { index: "active", key: "activeHour" };
      try {
        for (const value of activeHoursOf(conversationId, fromMillis, untilMillis)) {
          for await (const note of deliveries.query({ ...place, value })) {
            const activeAtMillis = Number(note["activeAtMillis"]);
            const isIn = activeAtMillis >= fromMillis && activeAtMillis <= untilMillis;
            if (!isIn || note["conversationId"] !== conversationId) continue;
            yield { id: textIn(note["id"]), activeAtMillis };
          }
        }
      } catch (error) {
        throw awsFailure(error, "read the index of active chats");
      }
    },
    bodyOf: (envelope) =>
      bodyOf(envelope).catch((error: unknown) => {
        if (error instanceof PermanentFailure) return undefined;
        throw awsFailure(error, "read a body from its bucket");
      }),
    scopeId: async () => (await readChannel(stage, secrets)).scopeId,
    botId: stage.botId,
  };
}

async function* pagesOf(
  history: CrmHistory,
  chat: { amojoChatId: string; conversationId: string },
): AsyncGenerator<HistoryMessage> {
  for (let number = 0; ; number += 1) {
    const page = await history.page(chat, number).catch((error: unknown) => {
      if (!isFailure(error)) throw error;
      throw new CommandFailure(
        `amoCRM does not give the chat's history (${printable(error.message)})`,
        "name the message by its event, or list what the tables know of the chat with --chat and --at",
      );
    });
    yield* page;
    if (page.length < historyPageSize) return;
  }
}
