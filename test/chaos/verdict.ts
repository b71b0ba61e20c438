import type { Run } from "../../local/run.ts";
import type { Written } from "./load.ts";

/** The comparison of the written messages with the vendors' own records. */
export type Findings = {
  readonly lost: readonly string[];
  readonly inversions: readonly string[];
  /** Messages that arrived exactly twice. Telegram only. */
  readonly duplicates: number;
  readonly tooMany: readonly string[];
  /** Not delivered, and the operator got an error. */
  readonly reported: number;
};

/** Compares the accepted messages with the messages that arrived, per chat and side. */
export function judge(written: Written, { telegram, amocrm }: Run): Findings {
  const lost: string[] = [];
  const inversions: string[] = [];
  const tooMany: string[] = [];
  let duplicates = 0;
  let reported = 0;
  for (const [id, texts] of written.customers) {
    const shown = (amocrm?.messages() ?? [])
      .filter((m) => m.conversationId === `tg-1000000001-${id}` && m.direction === "customer")
      .map((message) => message.text);
    lost.push(...texts.filter((text) => !shown.includes(text)));
    tooMany.push(...texts.filter((text) => count(text, shown) > 1));
    inversions.push(...inverted(texts, shown));
  }
  for (const [id, messages] of written.operators) {
    const received = (telegram?.messages() ?? [])
      .filter((message) => message.chatId === id)
      .map((message) => message.text);
    const delivered: string[] = [];
    for (const { text, messageId } of messages) {
      const times = count(text, received);
      duplicates += times === 2 ? 1 : 0;
      if (times > 2) tooMany.push(text);
      const statuses = amocrm?.messages().find((m) => m.id === messageId)?.deliveryStatus ?? [];
      if (times > 0) delivered.push(text);
      else if (statuses.some(({ status }) => status === -1)) reported += 1;
      else lost.push(text);
    }
    inversions.push(...inverted(delivered, received));
  }
  return { lost, inversions, duplicates, tooMany, reported };
}

function count(text: string, texts: readonly string[]): number {
  return texts.filter((each) => each === text).length;
}

/** Texts that arrived before an earlier text, by their first arrival. */
function inverted(written: readonly string[], arrived: readonly string[]): string[] {
  const places = written.map((text) => arrived.indexOf(text)).filter((place) => place >= 0);
  return places.flatMap((place, index) =>
    index > 0 && place < (places[index - 1] ?? 0) ? [arrived[place] ?? ""] : [],
  );
}
