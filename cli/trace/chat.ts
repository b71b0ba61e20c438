import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import { messageNamedBy } from "../../lambdas/model/ids.ts";
import { CommandFailure } from "../command.ts";
import { hasShown } from "./life.ts";
import type { Life } from "./life.ts";
import { setAsideOf } from "./sources.ts";
import type { ChatWindow, TraceSources } from "./sources.ts";

/** What one place or several places know of one message of a chat. */
export type ChatEntry = {
  readonly atMillis: number;
  /** The meaning of that time. */
  readonly at: "written" | "accepted" | "attempted";
  readonly from: "Telegram" | "amoCRM" | undefined;
  /** Undefined where the ledger has no key for the message. */
  readonly life: Life | undefined;
  /** amoCRM's id of the message, where amoCRM has it. */
  readonly amocrmMessageId: string | undefined;
  /** The customer's message in Telegram. */
  readonly telegramMessageId: string | undefined;
};

/** The messages of a chat near a time, in order. */
export type ChatTrace = {
  readonly entries: readonly ChatEntry[];
  /** Why amoCRM's history is missing, or has gaps. */
  readonly gap: string | undefined;
};

/** How many of a chat's latest messages in amoCRM are read to reach the time. */
const mostRead = 1000;
/** A waiting event is attempted at least every half hour, and such an attempt mostly leaves a note. */
const waitingMillis = 2 * 3_600_000;

/**
 * Finds the messages of a chat near a time: in amoCRM's history, among parked and spooled events, and
 * by the notes of activity that the ledger keeps for about one event in ten minutes of a chat. It scans
 * no table.
 */
export async function traceChat(
  window: ChatWindow,
  sources: TraceSources,
  nowMillis: number,
): Promise<ChatTrace> {
  const lives = new Map<string, ChatEntry>();
  const add = (life: Life | undefined, at: ChatEntry["at"], atMillis: number) => {
    if (life === undefined || lives.has(life.id)) return;
    lives.set(life.id, {
      atMillis,
      at,
      from: life.from === "telegram" ? "Telegram" : life.from === "amocrm" ? "amoCRM" : undefined,
      life,
      amocrmMessageId: undefined,
      telegramMessageId: undefined,
    });
  };
  for await (const { id, receivedAtMillis } of setAsideOf(window.conversationId, sources)) {
    if (isIn(window, receivedAtMillis)) add(await sources.life(id), "accepted", receivedAtMillis);
  }
  const recent = { ...window, fromMillis: nowMillis - waitingMillis, untilMillis: nowMillis };
  for (const hours of [window, recent]) {
    for await (const { id, activeAtMillis } of sources.active(hours)) {
      const life = await sources.life(id);
      const isWaiting = life?.state === "waiting" || life?.state === "sending";
      if (isIn(window, activeAtMillis) || (isWaiting && activeAtMillis >= window.fromMillis)) {
        add(life, "attempted", activeAtMillis);
      }
    }
  }
  const { messages, gap } = await readHistory(window, sources);
  const scopeId = messages.length === 0 ? "" : await sources.scopeId();
  const written: ChatEntry[] = [];
  const shown = new Set<string>();
  for (const { amocrmMessageId, msgid, sentAtMillis } of messages) {
    const isOperators = msgid === undefined;
    const eventId = isOperators ? messageEventIdOf(scopeId, amocrmMessageId) : "";
    // A spooled event has a key of its own, so it is found among those that were read before.
    const life = isOperators
      ? (lives.get(eventId)?.life ?? (await sources.life(eventId)))
      : [...lives.values()].find((entry) => hasShown(entry.life, amocrmMessageId))?.life;
    if (life !== undefined) shown.add(life.id);
    written.push({
      atMillis: sentAtMillis,
      at: "written",
      from: isOperators ? "amoCRM" : "Telegram",
      life,
      amocrmMessageId,
      telegramMessageId: isOperators ? undefined : messageNamedBy(msgid, window.conversationId),
    });
  }
  const others = [...lives.values()].filter(({ life }) => !shown.has(life?.id ?? ""));
  const entries = [...written, ...others].toSorted((a, b) => a.atMillis - b.atMillis);
  return { entries, gap };
}

function isIn({ fromMillis, untilMillis }: ChatWindow, atMillis: number): boolean {
  return atMillis >= fromMillis && atMillis <= untilMillis;
}

async function readHistory(
  window: ChatWindow,
  sources: TraceSources,
): Promise<{ messages: readonly HistoryMessage[]; gap: string | undefined }> {
  const messages: HistoryMessage[] = [];
  let read = 0;
  try {
    for await (const message of sources.history(window.conversationId)) {
      if (message.sentAtMillis < window.fromMillis) break;
      if (isIn(window, message.sentAtMillis)) messages.push(message);
      if ((read += 1) >= mostRead) {
        return { messages, gap: `only the chat's latest ${mostRead} messages in amoCRM were read` };
      }
    }
    return { messages, gap: undefined };
  } catch (error) {
    // The tables still know something, most of all while amoCRM does not answer.
    if (error instanceof CommandFailure) return { messages, gap: error.fault };
    throw error;
  }
}
