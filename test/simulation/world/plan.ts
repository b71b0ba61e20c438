import type { Random } from "../engine/random.ts";
import type { Administrator } from "./compose-message.ts";
import { startMillis } from "./names.ts";
import { busyMillis } from "./schedule.ts";

/** An action of a person, or a change of the stage. */
export type Action =
  | (Written & { readonly kind: "customer writes" | "operator writes" })
  | { readonly kind: "customer sends photo"; readonly chat: number; readonly text: string }
  | { readonly kind: "customer writes richly"; readonly chat: number; readonly text: string }
  | {
      readonly kind: "customer edits" | "administrator edits";
      readonly chat: number;
      readonly text: string;
    }
  | {
      readonly kind: "administrator writes";
      readonly chat: number;
      readonly text: string;
      readonly who: Administrator;
    }
  | { readonly kind: "customer shares number"; readonly chat: number; readonly text: string }
  | { readonly kind: "operator closes lead" | "operator deletes lead"; readonly chat: number }
  | { readonly kind: "operator closes talk" | "operator reopens talk"; readonly chat: number }
  | { readonly kind: "customer blocks" | "customer unblocks"; readonly chat: number }
  | { readonly kind: "bot acts"; readonly chat: number }
  | { readonly kind: "stranger forges a hook"; readonly chat: number }
  | { readonly kind: "channel secret is stored" | "channel secret is changed" }
  | { readonly kind: "webhook secret is stored" | "webhook secret is changed" }
  | { readonly kind: "bot token is changed" | "bot token is stored" }
  | { readonly kind: "ingest of version 2" | "sender of version 2" | "deployment" }
  | { readonly kind: "parked events are redriven" };

/** A text to or from a chat's customer. */
export type Written = {
  readonly chat: number;
  readonly text: string;
  /** This many extra characters, which no code reads and which cannot be compressed. */
  readonly noise?: number;
  /** Answers an older message of the customer. */
  readonly quotes?: boolean;
};

/** The first fits in a queue message after compression. The other goes by pointer. */
const noises: readonly [number, number] = [120_000, 300_000];

/** An action and its time. */
export type Planned = { readonly atMillis: number; readonly action: Action };

/** All actions of a seed besides faults, in order. */
export type Plan = {
  readonly chats: number;
  readonly actions: readonly Planned[];
  /** Chats with operators' messages from before the channel was connected. */
  readonly haveOldMessages: boolean;
};

/** Marks each sentence, so that a shown message identifies its message and its sentences. */
export function sentences(mark: string, count: number): string {
  const each = (index: number) =>
    `<${mark}/${index}> ${"The quick brown fox jumps over the lazy dog ".slice(0, 44)}.`;
  return Array.from({ length: count }, (_, index) => each(index)).join(" ");
}

/** The marks in a text, in order. */
export function marksIn(text: string): string[] {
  return [...text.matchAll(/<([a-z]\d+\.\d+(?:\/\d+)?)>/g)].map(([, mark = ""]) => mark);
}

/** The people and deployments of a seed. */
export function planOf(random: Random, { hasBot = false } = {}): Plan {
  const planned: Planned[] = [];
  const chats = random.between(2, 5);
  const at = (atMillis: number, action: Action) =>
    planned.push({ atMillis: startMillis + atMillis, action });
  const anyTime = () => random.between(30_000, busyMillis);

  for (let chat = 1; chat <= chats; chat += 1) {
    const first = random.chance(0.5) ? `/start <c${chat}.0>` : `<c${chat}.0>`;
    at(random.between(0, 60_000), { kind: "customer writes", chat, text: first });
    for (let count = random.between(1, 7), number = 1; number <= count; number += 1) {
      customerActs(random, chat, number, (action, delay = 0) => at(anyTime() + delay, action));
    }
    for (let count = random.between(0, 7), number = 1; number <= count; number += 1) {
      const parts = random.chance(0.15) ? random.between(80, 180) : 1;
      const burst = random.chance(0.3) ? 3 : 1;
      const when = anyTime();
      for (let message = 0; message < burst; message += 1) {
        const text = sentences(`o${chat}.${number * 10 + message}`, message === 0 ? parts : 1);
        at(when + message * random.between(5, 1500), { kind: "operator writes", chat, text });
      }
    }
    if (random.chance(0.25)) {
      const when = anyTime();
      at(when, { kind: "customer blocks", chat });
      if (random.chance(0.6)) at(when + anyTime() / 4, { kind: "customer unblocks", chat });
    }
  }
  // Operators read in the end also what the customer wrote only to the bot.
  for (let chat = 1; hasBot && chat <= chats; chat += 1) handOffs(random, chat, at);
  stageChanges(random, (offset, action) => at(offset, action));
  const haveOldMessages = random.chance(0.3);
  for (let chat = 1; chat <= chats; chat += 1) numbersAndTalks(random, chat, at);
  // Maybe before the customer's first message.
  for (let chat = 1; chat <= chats; chat += 1) {
    if (random.chance(0.4)) at(random.between(0, busyMillis), { kind: "bot acts", chat });
  }
  const isWritten = ({ kind }: Action) => kind === "customer writes" || kind === "operator writes";
  for (const [index, { atMillis, action }] of planned.entries()) {
    if (!isWritten(action) || !random.chance(0.06)) continue;
    planned[index] = {
      atMillis,
      action: { ...(action as Written), noise: random.pick(noises) } as Action,
    };
  }
  for (const [index, { atMillis, action }] of planned.entries()) {
    if (action.kind !== "operator writes" || !random.chance(0.2)) continue;
    planned[index] = { atMillis, action: { ...action, quotes: true } };
  }
  planned.sort((a, b) => a.atMillis - b.atMillis);
  return { chats, actions: planned, haveOldMessages };
}

/** Customers share their number, some of them again. Operators close talks, and reopen some. */
function numbersAndTalks(
  random: Random,
  chat: number,
  at: (offset: number, action: Action) => void,
): void {
  const anyTime = () => random.between(30_000, busyMillis);
  for (let round = random.between(0, 2); round > 0; round -= 1) {
    at(anyTime(), { kind: "customer shares number", chat, text: `<c${chat}.${900 + round}>` });
  }
  for (let round = random.between(0, 3); round > 0; round -= 1) {
    const when = anyTime();
    at(when, { kind: "operator closes talk", chat });
    if (random.chance(0.2)) at(when + anyTime() / 10, { kind: "operator reopens talk", chat });
  }
}

/** Hand-overs and their ends at any time. The last hand-over comes after all other messages. */
function handOffs(
  random: Random,
  chat: number,
  at: (offset: number, action: Action) => void,
): void {
  const anyTime = () => random.between(30_000, busyMillis);
  const message = (number: number, words: string): Action => {
    return { kind: "customer writes", chat, text: `${words} <c${chat}.${number}>` };
  };
  for (let round = 1; round <= random.between(0, 3); round += 1) {
    const how = random.pick(["/operator", "people, please"]);
    at(anyTime(), message(800 + round, how));
    if (random.chance(0.6)) at(anyTime(), message(850 + round, "/end"));
  }
  at(busyMillis * 1.4, { kind: "customer unblocks", chat });
  at(busyMillis * 1.45, message(999, "/operator"));
}

/** One random action of a customer. */
export function customerActs(
  random: Random,
  chat: number,
  number: number,
  soon: (action: Action, delay?: number) => void,
): void {
  const text = `<c${chat}.${number * 10}>`;
  const luck = random.next();
  if (luck < 0.08) soon({ kind: "customer writes", chat, text: `/operator ${text}` });
  else if (luck < 0.16) soon({ kind: "customer sends photo", chat, text });
  else if (luck < 0.28) soon({ kind: "customer edits", chat, text });
  else if (luck < 0.38) {
    const parts = sentences(`c${chat}.${number * 10}`, random.between(2, 9));
    soon({ kind: "customer writes richly", chat, text: parts });
  } else soon({ kind: "customer writes", chat, text });
}

function stageChanges(random: Random, at: (offset: number, action: Action) => void): void {
  const anyTime = () => random.between(60_000, busyMillis);
  const rotations = ["channel secret", "webhook secret"] as const;
  for (const secret of rotations) {
    if (!random.chance(0.12)) continue;
    const when = anyTime();
    at(when, { kind: `${secret} is stored` });
    at(when + random.between(0, 120_000), { kind: `${secret} is changed` });
  }
  if (random.chance(0.08)) {
    const when = anyTime();
    at(when, { kind: "bot token is changed" });
    at(when + random.between(0, 300_000), { kind: "bot token is stored" });
  }
  if (random.chance(0.1)) {
    const when = anyTime();
    at(when, { kind: "ingest of version 2" });
    at(when + random.between(-20_000, 120_000), { kind: "sender of version 2" });
  }
  if (random.chance(0.3)) at(anyTime(), { kind: "deployment" });
  if (random.chance(0.2)) at(anyTime(), { kind: "stranger forges a hook", chat: 1 });
  for (let round = 0; round < 2; round += 1) {
    if (random.chance(0.5)) at(anyTime(), { kind: "parked events are redriven" });
  }
}
