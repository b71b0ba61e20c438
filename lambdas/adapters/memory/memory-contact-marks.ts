import { contactMarkMillis } from "../../model/contact-mark.ts";
import type { ContactMarks } from "../../ports/contact-marks.ts";

type Mark = {
  readonly conversationId: string;
  readonly sinceMillis: number;
  readonly isShared: boolean;
  readonly untilMillis: number;
};

/** Marks of names in memory, for tests and simulation. */
export class MemoryContactMarks implements ContactMarks {
  readonly #marks = new Map<string, Mark>();

  async mark(name: string, conversationId: string, nowMillis: number): Promise<void> {
    const known = this.#marks.get(name);
    const untilMillis = nowMillis + contactMarkMillis;
    if (known === undefined || known.untilMillis < nowMillis) {
      const alone = { conversationId, sinceMillis: nowMillis, isShared: false, untilMillis };
      this.#marks.set(name, alone);
      return;
    }
    const isShared = known.isShared || known.conversationId !== conversationId;
    this.#marks.set(name, { ...known, isShared, untilMillis });
  }

  async aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined> {
    const mark = this.#marks.get(name);
    const isAlone = mark?.conversationId === conversationId && !mark.isShared;
    return isAlone ? mark.sinceMillis : undefined;
  }
}
