/** What the bridge does when nobody has answered a customer for a time. */
export type UnansweredRule = {
  readonly afterWorkingMinutes: number;
  /** Who gets to know it in the CRM: the responsible user by a task, or readers of the card by a note. */
  readonly as: "task" | "note";
  /** The customer gets one line too. */
  readonly tellsCustomer: boolean;
};

/** How the bridge closes a talk in the CRM when the talk has ended here. */
export type CloseTalksRule = {
  /** True: at once. False: the account's survey of customers may run first. */
  readonly isForced: boolean;
};

/** A customer's wait for an answer. */
export type Wait = {
  readonly conversationId: string;
  /** The time of the first message that nobody has answered. */
  readonly sinceMillis: number;
};

/** The list of waits. Each conversation has at most one. */
export interface WaitList {
  /** Puts a wait on the list, in place of an earlier one of its conversation. */
  put(wait: Wait, dueAtMillis: number): Promise<void>;
  /** Takes that wait off the list, if it is there. */
  remove(wait: Wait): Promise<void>;
}

/** The list of waits, as the caretaker reads it. */
export interface DueWaits {
  /** The waits that are due by then, the longest due first, at most `limit`. */
  due(nowMillis: number, limit: number): Promise<readonly Wait[]>;
  /** Takes that wait off the list, if it is there. */
  remove(wait: Wait): Promise<void>;
}
