import type { FaultPlan } from "../faults.ts";
import type { OperatorMessage } from "./operator-schemas.ts";

/** A file that is named by its address: of a message, or the picture of a person. */
export type FileLink = {
  readonly purpose: "media" | "avatar";
  /** amojo's id of the message or the person. */
  readonly ownerId: string;
  readonly address: string;
};

/** Which of the two documented shapes names the message: the sample's, or the table's. */
export type ReactionShape = "msgid" | "message";

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

/** A file that was fetched by the address a message or a person named; status 0 when none came. */
export type SimulatedFetch = FileLink & {
  readonly status: number;
  readonly contentType?: string;
  readonly bytes: Buffer;
  /** Why nothing came. */
  readonly reason?: string;
};

/** A file an operator can attach. */
export type SimulatedAttachment = {
  readonly id: string;
  readonly address: string;
  readonly thumbnail: string;
  readonly fileName: string;
  readonly sizeBytes: number;
};

/** What an operator sent, and what our hook answered: 0 for no answer or nobody to send it to. */
export type SaidHook = { readonly messageId: string; readonly status: number };

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
  /** Longer texts are refused, in UTF-16 units. amoCRM documents no limit, so there is none unless given. */
  longestText?: number;
  /**
   * What half of a surrogate pair in a body gets, of which amoCRM's documentation says nothing: a 400, as
   * PHP's own parser would have it, or no notice. Refused unless said.
   */
  loneSurrogates?: "refuse" | "accept";
  /** Whether the account is connected to the channel at the start; it is, unless said. */
  connected?: boolean;
  /** Adds a line feed to every hook after signing, as seen on some accounts. */
  trailingNewline?: boolean;
  /** Main-API requests allowed in a second (7 at the vendor); unlimited unless given. */
  mainApiPerSecond?: number;
  /** How long a hook's answer is awaited; 5 s unless given. */
  hookPatienceMillis?: number;
  operatorName?: string;
  /** How long after a message its file is fetched; 100 ms unless given. */
  fetchDelayMillis?: number;
  /** Where files may be fetched from; this machine only unless given. */
  mayFetch?: (url: URL) => boolean;
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
   * repeated.
   */
  operatorSays(conversationId: string, text: string): Promise<SaidHook>;
  /** The same with files, buttons, quotes and so on; one hook for each file. */
  operatorSends(conversationId: string, message: OperatorMessage): Promise<readonly SaidHook[]>;
  /** Keeps a file that an operator can attach by its id. */
  addAttachment(file: {
    bytes: Uint8Array;
    fileName: string;
    contentType: string;
  }): SimulatedAttachment;
  /** Refuses longer texts from now on, in UTF-16 units; undefined takes the limit away. */
  limitTexts(longestText: number | undefined): void;
  /** An operator reacts to a message of amojo's id or ours, or takes it back; answers the hook's status. */
  operatorReacts(messageId: string, emoji?: string, shape?: ReactionShape): Promise<number>;
  operatorTypes(conversationId: string): Promise<number>;
  /** An operator closes the talk of a chat in amoCRM's own interface, or opens it again: no hook tells of it. */
  closeTalk(conversationId: string): void;
  reopenTalk(conversationId: string): void;
  /** Sends any body as a signed hook; `raw` goes out byte for byte, an empty `signature` leaves the header out. */
  sendHook(body: unknown, options?: { signature?: string; raw?: string }): Promise<number>;
  /** Everything in all chats, oldest first, or what came after so many. */
  messages(from?: number): readonly SimulatedAmocrmMessage[];
  /** The files it went for, the latest last. */
  fetched(): readonly SimulatedFetch[];
  /** What it got last for a message, by amojo's id or ours; undefined before it went. */
  mediaOf(messageId: string): SimulatedFetch | undefined;
  /** The picture of a person, by our id. */
  avatarOf(clientId: string): SimulatedFetch | undefined;
  /** Goes for a message's file once more, as a late click of an operator does. */
  fetchAgain(messageId: string): Promise<SimulatedFetch>;
  calls(): readonly SimulatedAmocrmCall[];
  contacts(): readonly { id: number; name: string; phones: string[]; chats: string[] }[];
  leads(): readonly SimulatedLead[];
  readonly faults: FaultPlan;
  close(): Promise<void>;
};
