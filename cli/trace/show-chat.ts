import { table } from "../output.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import type { ChatEntry, ChatTrace } from "./chat.ts";
import { lifeFacts, stateOf } from "./show.ts";

/** A chat's messages in the form of `--json`. */
export function chatFactsOf({ entries, gap }: ChatTrace) {
  return {
    messages: entries.map(({ atMillis, at, from, life, amocrmMessageId, telegramMessageId }) => ({
      time: new Date(atMillis).toISOString(),
      timeIs: at,
      from: from ?? null,
      telegramMessage: telegramMessageId ?? null,
      amocrmMessage: amocrmMessageId ?? null,
      event: life === undefined ? null : lifeFacts(life),
    })),
    gap: gap ?? null,
  };
}

/** The same for a person, with the command that shows one message in full. */
export function chatLinesOf({ entries, gap }: ChatTrace, stage: Stage): string[] {
  const rows = entries.map((entry) => [
    new Date(entry.atMillis).toISOString(),
    entry.at,
    entry.from === undefined ? "unknown" : `from ${entry.from}`,
    nameOf(entry),
    entry.life === undefined ? "in amoCRM; its event is not known" : stateOf(entry.life),
  ]);
  const [first] = entries;
  return [
    ...table(rows),
    ...(gap === undefined ? [] : [`incomplete: ${gap}`]),
    ...(first === undefined
      ? []
      : [`one message in full: ${commandOn(stage, `trace ${nameOf(first)}`)}`]),
  ];
}

/** The name by which `bridge trace` finds the message again. */
function nameOf({ life, amocrmMessageId, telegramMessageId, from }: ChatEntry): string {
  if (life !== undefined && from !== "amoCRM") return life.id;
  return amocrmMessageId ?? life?.id ?? telegramMessageId ?? "";
}
