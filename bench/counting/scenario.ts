import type { Tally } from "./tally.ts";

/** What a counting run plays. */
export type Scenario = {
  /** One way: a customer's messages or an operator's. */
  readonly direction: "to-amocrm" | "to-telegram";
  /** Chats that exist, each known and linked since long. */
  readonly chats: number;
  /** How many of them write, and how many messages each. */
  readonly writing: number;
  readonly messagesEach: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Chats that write at the same time, in turn. */
  readonly atOnce: number;
  /** Sandboxes of each function, which take turns. */
  readonly sandboxes: number;
  /** Items that lie in the ledger from the days before. */
  readonly ledgerItems: number;
  /** Their chats are in use all day, so that the run stands for any minutes of it. */
  readonly isAllDay?: boolean;
  /** Customers have profile photos, which are kept once a week; without one there is only a look. */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so that it becomes an event of its own. */
  readonly postponesStatus?: boolean;
  /** Whether the caretaker runs, every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

/** What was counted, in all. */
export type Counted = {
  readonly messages: number;
  /** By the functions that took part; the caretaker apart. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes of an event in the queue, and what the ledger and its indexes store of a message. */
  readonly queueBytes: number;
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};
