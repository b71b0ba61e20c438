import type { Tally } from "./tally.ts";

/** The scenario of a counting run. */
export type Scenario = {
  /** One direction: a customer's messages or an operator's. */
  readonly direction: "to-amocrm" | "to-telegram";
  /** Existing chats. Each has been known and linked for a long time. */
  readonly chats: number;
  /** How many of them write, and how many messages each. */
  readonly writing: number;
  readonly messagesEach: number;
  /** Time between two messages of the bridge. */
  readonly everyMillis: number;
  /** Chats that write at the same time, in turn. */
  readonly atOnce: number;
  /** Sandboxes of each function, used in turn. */
  readonly sandboxes: number;
  /** Items in the ledger from earlier days. */
  readonly ledgerItems: number;
  /** The chats are in use all day, so the run represents any minutes of it. */
  readonly isAllDay?: boolean;
  /**
   * Customers have profile photos, which are stored once a week. Without a photo there is only a
   * request.
   */
  readonly hasPhotos?: boolean;
  /** amoCRM refuses each status once, so it becomes a separate event. */
  readonly postponesStatus?: boolean;
  /** Whether the caretaker runs every minute, also for a day after the last message. */
  readonly withCaretaker?: boolean;
};

/** The counts in total. */
export type Counted = {
  readonly messages: number;
  /** By the functions that took part. The caretaker is separate. */
  readonly way: Tally;
  readonly caretaker: Tally & { readonly runs: number };
  readonly invocations: Readonly<Record<string, number>>;
  /**
   * The bytes of an event in the queue, and the bytes of a message in the ledger and its indexes.
   */
  readonly queueBytes: number;
  readonly ledgerBytes: { readonly table: number; readonly indexes: number };
};
