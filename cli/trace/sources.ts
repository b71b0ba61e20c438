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
import type { Delivery } from "../parked/parked.ts";
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

/** The places that have traces of a message. */
export interface TraceSources {
  /** The event with that key in the ledger or the spool. Undefined also when the ledger has forgotten it. */
  life(id: string): Promise<Life | undefined>;
  wasLost(id: string): Promise<boolean>;
  /** All parked or spooled events now, with their messages. */
  setAside(state: "parked" | "spooled"): AsyncIterable<Delivery>;
  /** amoCRM's messages of a chat, newest first. None where the chat's id in amoCRM is unknown. */
  history(conversationId: string): AsyncIterable<HistoryMessage>;
  /** The events of a chat whose claims noted its activity between two times. */
  active(window: ChatWindow): AsyncIterable<{ id: string; activeAtMillis: number }>;
  /** The bytes of a stored event. Undefined where they are not available. */
  bodyOf(envelope: Envelope): Promise<Uint8Array | undefined>;
  /** The scope id of the channel. The event ids of amoCRM's messages depend on it. */
  scopeId(): Promise<string>;
  readonly botId: string;
}

/** The parked and spooled events of a chat, with their messages. */
export async function* setAsideOf(
  conversationId: string,
  sources: TraceSources,
): AsyncGenerator<{ id: string; envelope: Envelope; receivedAtMillis: number }> {
  for (const state of ["parked", "spooled"] as const) {
    for await (const { id, message, receivedAtMillis } of sources.setAside(state)) {
      const envelope = readEnvelope(message ?? "");
      if (envelope?.group === conversationId) yield { id, envelope, receivedAtMillis };
    }
  }
}

/** A stage's tables, and amoCRM's history of its chats. Opening them makes no call. */
export function openTraceSources(
  stage: Stage,
  secrets: SecretStore,
  nowMillis: number,
): TraceSources {
  const { deliveries } = openStores(stage);
  // Only the history needs a connected channel.
  let credentials: ReturnType<typeof readChannel> | undefined;
  const read = () => (credentials ??= readChannel(stage, secrets));
  const channel = { read, readSince: read, reread: read };
  const { history, stores, bodies } = openReconcilerPorts(stage, channel, Date.now);
  const bodyOf = createBodyOf(bodies);
  const setAside = openDeliveries(stage);
  const reading = failedTo("read the tables");
  const itemOf = (id: string) => deliveries.get(id).catch(reading);
  return {
    async life(id) {
      const item = await itemOf(id);
      return item === undefined ? undefined : readLife(item, nowMillis);
    },
    wasLost: async (id) => (await itemOf(`found:${id}`)) !== undefined,
    setAside: (state) => setAside.setAside(state),
    async *history(conversationId) {
      const chat = await stores.conversations.find(conversationId).catch(reading);
      if (chat?.amojoChatId === undefined) return;
      yield* pagesOf(history, { amojoChatId: chat.amojoChatId, conversationId });
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
