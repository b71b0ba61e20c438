import type { Run } from "../../local/run.ts";
import type { Written } from "./load.ts";

/** What the vendors' own records say of what was written. */
export type Findings = {
  readonly lost: readonly string[];
  readonly inversions: readonly string[];
  /** Messages that came twice, each at most once more; towards Telegram only. */
  readonly duplicates: number;
  readonly tooMany: readonly string[];
  /** Not delivered, and the operator was told. */
  readonly told: number;
};

/** Compares what was written and accepted with what arrived, per chat and side. */
export function judge(written: Written, { telegram, amocrm }: Run): Findings {
  const lost: string[] = [];
  const inversions: string[] = [];
  const tooMany: string[] = [];
  let duplicates = 0;
  let told = 0;
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
      else if (statuses.some(({ status }) => status === -1)) told += 1;
      else lost.push(text);
    }
    inversions.push(...inverted(delivered, received));
  }
  return { lost, inversions, duplicates, tooMany, told };
}

function count(text: string, texts: readonly string[]): number {
  return texts.filter((each) => each === text).length;
}

/** Texts that arrived before one that was written earlier, by their first arrival. */
function inverted(written: readonly string[], arrived: readonly string[]): string[] {
  const places = written.map((text) => arrived.indexOf(text)).filter((place) => place >= 0);
  return places.flatMap((place, index) =>
    index > 0 && place < (places[index - 1] ?? 0) ? [arrived[place] ?? ""] : [],
  );
}
