/** A conversation, and when something last went through it, to ten minutes. */
export type ActiveConversation = {
  readonly conversationId: string;
  readonly activeAtMillis: number;
};

/** The same as a claim carries it: with the key of the index by hour under which it is found. */
export type ActivityNote = ActiveConversation & { readonly activeHour: string };
