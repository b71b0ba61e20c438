import type { Tally } from "./tally.ts";

/** The input of a counting run. */
export type Scenario = {
  /** One way: a customer's messages or an operator's. */
  readonly direction: "to-amocrm" | "to-telegram";
  /** The number of chats, each known and linked for a long time. */
  readonly chats: number;
  /** The number of writing chats, and of messages in each. */
  readonly writing: number;
  readonly messagesEach: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Chats that write at the same time, in turn. */
  readonly atOnce: number;
  /** Sandboxes of each function, which take turns. */
  readonly sandboxes: number;
  /** Items in the ledger from earlier days. */
  readonly ledgerItems: number;
  /** Their chats are in use all day, so the run represents any minutes of the day. */
  readonly isAllDay?: boolean;
  /** Customers have profile photos, which the bridge stores once a week. Without a photo it only checks. */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so it becomes a separate event. */
  readonly postponesStatus?: boolean;
  /** Whether the caretaker runs, every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

/** The counts of a run. */
export type Counted = {
  readonly messages: number;
  /** The counts of all functions except the caretaker. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes of an event in the queue, and of a message in the ledger and its indexes. */
  readonly queueBytes: number;
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};
