import type { Switches } from "./switches.ts";

/** A file named by its address: the file of a message, or the picture of a person. */
export type FileLink = {
  readonly purpose: "media" | "avatar";
  /** amojo's id of the message or the person. */
  readonly ownerId: string;
  readonly address: string;
};

/** The documented shape that names the message: the sample's, or the table's. */
export type ReactionShape = "msgid" | "message";

/** A person in a chat. `id` is amojo's, `clientId` is ours. Operators have no `clientId`. */
export type SimulatedPerson = {
  readonly id: string;
  readonly clientId?: string;
  name: string;
  avatar?: string;
  phone?: string;
  email?: string;
  /** The address of the person's profile in the messenger. Operators see it; hooks do not have it. */
  profileLink?: string;
};

/** One report of a message's delivery state. */
type SimulatedDeliveryStatus = {
  readonly status: number;
  readonly errorCode?: number | undefined;
  readonly error?: string | undefined;
};

/** One message in a chat, from either side. */
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
  /** The whole message object as received, with the latest edit applied. */
  content: Readonly<Record<string, unknown>>;
  readonly silent: boolean;
  readonly timestamp: number;
  readonly msecTimestamp: number;
  readonly sender: SimulatedPerson;
  readonly receiver?: SimulatedPerson | undefined;
  readonly replyTo?: unknown;
  edited: boolean;
  readonly deliveryStatus: SimulatedDeliveryStatus[];
  readonly reactions: { userId: string; emoji: string }[];
  /** The status that our webhook answered. Only for operators' messages. */
  hookStatus?: number;
};

/** A fetch of a file by the address that a message or a person named. Status 0 when no file came. */
export type SimulatedFetch = FileLink & {
  readonly status: number;
  readonly contentType?: string;
  readonly bytes: Buffer;
  /** The reason why no file came. */
  readonly reason?: string;
};

/** A file that an operator can attach. */
export type SimulatedAttachment = {
  readonly id: string;
  readonly address: string;
  readonly thumbnail: string;
  readonly fileName: string;
  readonly sizeBytes: number;
};

/**
 * The message that an operator sent, and the status that our webhook answered: 0 for
 * no answer or no address.
 */
export type SaidHook = { readonly messageId: string; readonly status: number };

/**
 * One call. Status 0 when the caller got no answer. `reason` explains a refused signature, which the
 * answer does not.
 */
export type SimulatedAmocrmCall = {
  /** The function of the laptop's host that called. */
  readonly caller: string;
  /** The event that the function was handling, if a queue brought it. */
  readonly eventId?: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly atMillis: number;
  readonly tookMillis: number;
  readonly reason: string | undefined;
};

/** Settings of the simulated amoCRM account and its channel. */
export type AmocrmSimulatorOptions = Partial<Switches> & {
  /** The account's id in the chat service (`amojo_id`). */
  accountId: string;
  channelId: string;
  channelSecret: string;
  /** The channel's bot. `id` is its id in the chat service. */
  bot: { id: string; name: string };
  /** Long-lived token of the main API. */
  apiToken: string;
  /** The answer to a message under a used `msgid`: a 400, or the answer of the first message. */
  repeatedMsgid?: "refuse" | "accept";
  /** Longer texts get a refusal, in UTF-16 units. amoCRM documents no limit, so there is none by default. */
  longestText?: number;
  /**
   * The answer to half of a surrogate pair in a body. amoCRM's documentation says nothing about it.
   * "refuse" gives a 400, as PHP's own parser would. "accept" ignores it. "refuse" by default.
   */
  loneSurrogates?: "refuse" | "accept";
  /** Whether the account is connected to the channel at the start. It is by default. */
  connected?: boolean;
  /** Adds a line feed to every hook after signing, as some accounts do. */
  trailingNewline?: boolean;
  /** Gets every call of both APIs when its answer is ready. */
  onCall?: (call: SimulatedAmocrmCall) => void;
  /** Main-API requests allowed in a second (7 at the vendor). Unlimited by default. */
  mainApiPerSecond?: number;
  /** The timeout for a hook's answer. 5 s by default. */
  hookPatienceMillis?: number;
  operatorName?: string;
  /** The time between a message and the fetch of its file. 100 ms by default. */
  fetchDelayMillis?: number;
  /** Addresses that may be fetched. Only this machine by default. */
  mayFetch?: (url: URL) => boolean;
  now?: () => number;
  /** Makes amojo's ids. Random UUIDs by default. */
  newId?: () => string;
};
