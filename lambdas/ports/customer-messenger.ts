/** The messenger of the customers. Methods may throw TransientFailure or PermanentFailure. */
export interface CustomerMessenger {
  /** Sends one text of at most 4,096 UTF-16 units; answers the messenger's id of the message. */
  sendText(chatId: string, text: string): Promise<string>;
  /** A call that changes nothing: answered, it shows that the chat can be reached. */
  touchChat(chatId: string): Promise<void>;
}
