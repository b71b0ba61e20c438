import type { FaultPlan } from "../faults.ts";

/** A person in a chat: `id` is amojo's, `clientId` ours; operators have no `clientId`. */
export type SimulatedPerson = {
  readonly id: string;
  readonly clientId?: string;
  name: string;
  avatar?: string;
  phone?: string;
  email?: string;
};

/** One report of a message's fate. */
type SimulatedDeliveryStatus = {
  readonly status: number;
  readonly errorCode?: number;
  readonly error?: string;
};

/** One message in a chat, whoever wrote it. */
export type SimulatedAmocrmMessage = {
  /** amojo's id of the message, and ours if it has one. */
  readonly id: string;
  msgid?: string;
  /** Our id of the chat, and amojo's. */
  readonly conversationId: string;
  readonly chatId: string;
  readonly direction: "customer" | "bot" | "operator";
  type: string;
  text: string;
  /** The whole message object as it came, the latest edit applied. */
  content: Readonly<Record<string, unknown>>;
  readonly silent: boolean;
  readonly timestamp: number;
  readonly msecTimestamp: number;
  readonly sender: SimulatedPerson;
  readonly receiver?: SimulatedPerson;
  readonly replyTo?: unknown;
  edited: boolean;
  readonly deliveryStatus: SimulatedDeliveryStatus[];
  readonly reactions: { userId: string; emoji: string }[];
  /** What our hook answered; operators' messages only. */
  hookStatus?: number;
};

/** A lead in "unsorted", made by a stranger's first message that is not silent. */
export type SimulatedLead = {
  readonly id: number;
  readonly category: "chats";
  readonly contactId: number;
  readonly chatId: string;
  readonly conversationId: string;
  readonly sourceExternalId?: string;
  readonly createdAt: number;
};

/** One call; status 0 when the caller got no answer. `reason` says what a signature refusal keeps to itself. */
export type SimulatedAmocrmCall = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly atMillis: number;
  readonly reason?: string;
};

/** Settings of the simulated amoCRM account and its channel. */
export type AmocrmSimulatorOptions = {
  port?: number;
  /** The account's id in the chat service (`amojo_id`). */
  accountId: string;
  channelId: string;
  channelSecret: string;
  /** The channel's bot, `id` as the chat service knows it. */
  bot: { id: string; name: string };
  /** Long-lived token of the main API. */
  apiToken: string;
  /** What a message under a `msgid` already taken gets: a 400, or the answer of the first. */
  repeatedMsgid?: "refuse" | "accept";
  /** Whether the account is connected to the channel at the start; it is, unless said. */
  connected?: boolean;
  /** Adds a line feed to every hook after signing, as seen on some accounts. */
  trailingNewline?: boolean;
  /** Main-API requests allowed in a second (7 at the vendor); unlimited unless given. */
  mainApiPerSecond?: number;
  /** How long a hook's answer is awaited; 5 s unless given. */
  hookPatienceMillis?: number;
  operatorName?: string;
  now?: () => number;
  /** Draws amojo's ids; random UUIDs unless given. */
  newId?: () => string;
};

/** An amoCRM account with one channel, on the loopback interface. */
export type AmocrmSimulator = {
  /** Serves the Chats API (`/v2/origin/custom/…`) and the main API (`/api/v4/…`). */
  readonly origin: string;
  readonly scopeId: string;
  /** The address registered for hooks; `:scope_id` in it is filled in. */
  setHookUrl(url: string): void;
  /**
   * An operator answers in a chat, named by our id or amojo's. The hook goes out once and is never
   * repeated; `status` is what it was answered, 0 for no answer or nobody to send it to.
   */
  operatorSays(
    conversationId: string,
    text: string,
  ): Promise<{ messageId: string; status: number }>;
  /** Sends any body as a signed hook; `raw` goes out byte for byte, an empty `signature` leaves the header out. */
  sendHook(body: unknown, options?: { signature?: string; raw?: string }): Promise<number>;
  /** Everything in all chats, oldest first. */
  messages(): readonly SimulatedAmocrmMessage[];
  calls(): readonly SimulatedAmocrmCall[];
  contacts(): readonly { id: number; name: string; chats: string[] }[];
  leads(): readonly SimulatedLead[];
  readonly faults: FaultPlan;
  close(): Promise<void>;
};
