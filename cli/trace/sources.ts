import { textIn } from "../../lambdas/aws/table.ts";
import { activeHoursOf } from "../../lambdas/delivery/activity.ts";
import { createBodyOf } from "../../lambdas/ingest/pack-body.ts";
import { historyPageSize } from "../../lambdas/model/crm.ts";
import type { CrmHistory, HistoryMessage } from "../../lambdas/model/crm.ts";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";
import { PermanentFailure, TransientFailure } from "../../lambdas/model/failure.ts";
import { readChannel } from "../amocrm/connection.ts";
import { openReconcilerPorts } from "../amocrm/find-lost-hooks.ts";
import { awsFailure, failedTo } from "../aws/failures.ts";
import { openStores } from "../aws/stores.ts";
import { openDeliveries } from "../aws/open-sources.ts";
import { CommandFailure } from "../command.ts";
import { printable } from "../output.ts";
import type { SecretStore } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import { readLife } from "./life.ts";
import type { Life } from "./life.ts";

/** A chat, and the time to look at. */
export type ChatWindow = {
  readonly conversationId: string;
  readonly fromMillis: number;
  readonly untilMillis: number;
};

/** The parked and spooled events of a chat, with their messages. */
export async function* setAsideOf(conversationId: string, sources: Pick<TraceSources, "setAside">) {
  for (const state of ["parked", "spooled"] as const) {
    for await (const { id, message, receivedAtMillis } of sources.setAside(state)) {
      const envelope = readEnvelope(message);
      if (envelope?.group === conversationId) yield { id, envelope, receivedAtMillis };
    }
  }
}

/** The places that have traces of a message: a stage's tables, and amoCRM's history of its chats. */
export type TraceSources = ReturnType<typeof openTraceSources>;

/** Opens them. It makes no call. */
export function openTraceSources(stage: Stage, secrets: SecretStore, nowMillis: number) {
  const { deliveries } = openStores(stage);
  // Only the history needs a connected channel.
  let credentials: ReturnType<typeof readChannel> | undefined;
  const read = () => (credentials ??= readChannel(stage, secrets));
  const channel = { read, readSince: read, reread: read };
  const { history, stores, bodies } = openReconcilerPorts(stage, channel, Date.now);
  const bodyOf = createBodyOf(bodies);
  const reading = failedTo("read the tables");
  const itemOf = (id: string) => deliveries.get(id).catch(reading);
  return {
    /** The event with that key in the ledger or the spool. Undefined also when the ledger has forgotten it. */
    async life(id: string): Promise<Life | undefined> {
      const item = await itemOf(id);
      return item === undefined ? undefined : readLife(item, nowMillis);
    },
    wasLost: async (id: string) => (await itemOf(`found:${id}`)) !== undefined,
    setAside: (state: "parked" | "spooled") => openDeliveries(stage).setAside(state),
    /** amoCRM's messages of a chat, newest first. None where the chat's id in amoCRM is unknown. */
    async *history(conversationId: string): AsyncGenerator<HistoryMessage> {
      const chat = await stores.conversations.find(conversationId).catch(reading);
      if (chat?.amojoChatId === undefined) return;
      yield* pagesOf(history, { amojoChatId: chat.amojoChatId, conversationId });
    },
    /** The events of a chat whose claims noted its activity between two times. */
    async *active({ conversationId, fromMillis, untilMillis }: ChatWindow) {
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
    /** The bytes of a stored event. Undefined where they are not available. */
    bodyOf: (envelope: Envelope): Promise<Uint8Array | undefined> =>
      bodyOf(envelope).catch((error: unknown) => {
        if (error instanceof PermanentFailure) return undefined;
        throw awsFailure(error, "read a body from its bucket");
      }),
    /** The scope id of the channel. The event ids of amoCRM's messages depend on it. */
    scopeId: async () => (await read()).scopeId,
    botId: stage.botId,
  };
}

async function* pagesOf(
  history: CrmHistory,
  chat: { amojoChatId: string; conversationId: string },
): AsyncGenerator<HistoryMessage> {
  for (let number = 0; ; number += 1) {
    const page = await history.page(chat, number).catch((error: unknown) => {
      if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
      throw new CommandFailure(
        `amoCRM does not give the chat's history (${printable(error.message)})`,
        "name the message by its event, or list what the tables know of the chat with --chat and --at",
      );
    });
    yield* page;
    if (page.length < historyPageSize) return;
  }
}
