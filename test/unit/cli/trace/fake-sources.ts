import { messageEventIdOf } from "../../../../lambdas/amocrm/webhook/identify.ts";
import { textIn } from "../../../../lambdas/aws/table.ts";
import { createBodyOf } from "../../../../lambdas/ingest/pack-body.ts";
import { readLife } from "../../../../cli/trace/life.ts";
import type { TraceSources } from "../../../../cli/trace/sources.ts";
import { MemoryBodyStore } from "../../../support/memory/stores.ts";
import { aParked } from "../fake-sources.ts";

export const nowMillis = Date.UTC(2026, 10, 22);
export const expiresAt = nowMillis / 1000 + 86_400;
export const uuid = "45f2bc51-789a-479f-98b7-6dadaa86eb9b";
const scopeId = "channel_account";
/** The event of the operator's message {@link uuid}. */
export const eventId = messageEventIdOf(scopeId, uuid);
export const secretText = "Schrödinger's refund";
export const sent = {
  state: "sent",
  direction: "to-telegram",
  endedAtMillis: nowMillis,
  expiresAt,
};

type Written = { amocrmMessageId: string; msgid: string | undefined; sentAtMillis?: number };
type Note = { id: string; activeAtMillis: number };

/** Tables and a history in memory. */
export function sources(
  items: readonly Parameters<typeof readLife>[0][],
  history: readonly Written[] = [],
  notes: readonly Note[] = [],
): TraceSources {
  const table = new Map(items.map((item) => [textIn(item["id"]), item]));
  return {
    life: async (id) => {
      const item = table.get(id);
      return item === undefined ? undefined : readLife(item, nowMillis);
    },
    wasLost: async (id) => table.has(`found:${id}`),
    async *setAside(state) {
      for (const item of items) {
        if (item["state"] !== state) continue;
        const receivedAtMillis = Number(item["receivedAtMillis"]);
        const message = textIn(item["message"]);
        yield aParked(textIn(item["id"]), { state, message, receivedAtMillis });
      }
    },
    async *history() {
      for (const message of history)
        yield { sentAtMillis: nowMillis, ...message, hook: secretText };
    },
    async *active({ fromMillis, untilMillis }) {
      for (const note of notes) {
        if (note.activeAtMillis >= fromMillis && note.activeAtMillis <= untilMillis) yield note;
      }
    },
    bodyOf: createBodyOf(new MemoryBodyStore()),
    scopeId: async () => scopeId,
    botId: "1000000001",
  };
}
