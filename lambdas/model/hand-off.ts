/** Who answers the customer: the bot, nobody yet (an operator was called), an operator, nobody any more. */
export type HandOff = "bot" | "waiting" | "operator" | "closed";

/** What moves a conversation from one to another. */
export type HandOffEvent =
  | "customer writes"
  /** By a button, a command, or because the bot has no answer. */
  | "customer calls an operator"
  | "customer ends"
  | "operator answers"
  | "operator ends"
  | "a day of silence";
