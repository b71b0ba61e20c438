import type { Hop } from "../hops/hop.ts";
import type { Fault } from "../simulators/faults.ts";
import type { SimulatedAmocrmMessage, SimulatedPerson } from "../simulators/amocrm/types.ts";

/**
 * What the page gets, one JSON object a line. At first the run, everything that is there now, and the kept
 * hops; then `caught-up`; then each change when it happens.
 */
export type Entry =
  | { readonly kind: "run"; readonly run: RunFacts }
  /** The latest state of one thing. It replaces the earlier one with the same `of` and `id`. */
  | ({ readonly kind: "record" } & PageRecord)
  /** The thing is no longer there, such as a message of a deleted topic. */
  | { readonly kind: "gone"; readonly of: PageRecord["of"]; readonly id: string }
  | { readonly kind: "hop"; readonly number: number; readonly hop: Hop }
  /** The server's clock, every few seconds. Countdowns need it. */
  | { readonly kind: "clock"; readonly nowMillis: number }
  | { readonly kind: "caught-up" };

/** One run of the bridge on this machine. Another `id` is another run: the page begins anew. */
export type RunFacts = {
  readonly id: string;
  readonly startedAtMillis: number;
  readonly version: string;
  readonly botId: string;
  readonly scopeId: string;
  /** The bot that a real phone can open. The QR code is an SVG. Undefined with the simulated Telegram. */
  readonly ownBot?: { readonly username: string; readonly link: string; readonly qrCode: string };
  /** False with another AWS emulator: the run does not see what the functions write into the ledger. */
  readonly hasLedger: boolean;
  /** False where another server is the vendor: then the page has no phone, or no desk. */
  readonly isTelegramSimulated: boolean;
  readonly isAmocrmSimulated: boolean;
  /** The addresses for the lines that a person copies. */
  readonly webhookUrl: string;
  readonly telegramUrl: string;
  readonly amocrmUrl: string;
};

export type PageRecord =
  | { readonly of: "phone-chat"; readonly id: string; readonly value: PhoneChat }
  | { readonly of: "phone-message"; readonly id: string; readonly value: PhoneMessage }
  | { readonly of: "desk-chat"; readonly id: string; readonly value: DeskChat }
  | { readonly of: "desk-message"; readonly id: string; readonly value: DeskMessage }
  | { readonly of: "contact"; readonly id: string; readonly value: DeskContact }
  | { readonly of: "lead"; readonly id: string; readonly value: DeskLead }
  | { readonly of: "event"; readonly id: string; readonly value: EventRow }
  | { readonly of: "queue"; readonly id: string; readonly value: QueueDepth }
  | { readonly of: "switch"; readonly id: BreakName; readonly value: BreakSwitch }
  | { readonly of: "commands"; readonly id: string; readonly value: readonly BotCommand[] };

/** A chat of the simulated Telegram, of a customer or (with `place`) of a group or channel. */
export type PhoneChat = {
  readonly id: number;
  readonly customer: {
    readonly id: number;
    readonly first_name: string;
    readonly last_name?: string;
    readonly username?: string;
    readonly language_code?: string;
  };
  readonly state: "active" | "blocked" | "deactivated";
  /** The topics of the private chat. */
  readonly topics: readonly number[];
  /** The message with the button that shares the phone number, while the customer's keyboard shows it. */
  readonly numberButtonAt?: number | undefined;
  /** The end of "typing…" above the chat. */
  readonly typingUntilMillis?: number | undefined;
  /** The photo in the customer's profile, as a file id. */
  readonly photoFileId?: string | undefined;
};

/** One message of such a chat. `message` has the fields of the Bot API's `Message`. */
export type PhoneMessage = {
  readonly chatId: number;
  readonly messageId: number;
  readonly from: "customer" | "bot";
  readonly message: Readonly<Record<string, unknown>>;
  /** The bot's keyboard below its message, as the Bot API wrote it. */
  readonly replyMarkup?: unknown;
  /** Emoji of both sides. */
  readonly reactions: { readonly bot?: string | undefined; readonly customer: readonly string[] };
  /** The event that carries the message to the operator. Undefined for the bot's messages. */
  readonly eventId?: string | undefined;
  /** Whether the bridge's webhook has accepted the update. */
  readonly isAccepted?: boolean | undefined;
};

/** A chat as the operators' list shows it. */
export type DeskChat = {
  /** amoCRM's id, and the bridge's. */
  readonly id: string;
  readonly conversationId: string;
  readonly customer: SimulatedPerson | undefined;
  readonly contactId: number | undefined;
  readonly isTalkOpen: boolean;
  readonly source: string | undefined;
};

/** A message as amoCRM keeps it, with the event that carries an operator's message to the customer. */
export type DeskMessage = SimulatedAmocrmMessage & { readonly eventId?: string | undefined };

/** A contact's card. The fields come with their names, in the account's order. */
export type DeskContact = {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly notes: readonly string[];
  readonly tasks: readonly string[];
};

export type DeskLead = {
  readonly id: number;
  readonly name: string;
  readonly contactId: number | undefined;
  readonly pipeline: string;
  readonly stage: string;
  readonly isOpen: boolean;
  readonly isUnsorted: boolean;
  readonly isDeleted: boolean;
  readonly responsible: string;
  readonly tags: readonly string[];
  readonly source: string | undefined;
  readonly notes: readonly string[];
  readonly tasks: readonly string[];
  readonly createdAtMillis: number;
};

/** The row of one event in the ledger, or the fact that it was accepted when it has no row yet. */
export type EventRow = {
  readonly id: string;
  readonly state: "sending" | "waiting" | "sent" | "ignored" | "parked";
  readonly direction?: "to-amocrm" | "to-telegram" | undefined;
  readonly attempts: number;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  /** The end of the lease of the attempt in progress. */
  readonly leaseUntilMillis?: number | undefined;
  /** The earliest time of the next attempt. */
  readonly notBeforeMillis?: number | undefined;
  readonly endedAtMillis?: number | undefined;
  readonly steps: readonly {
    readonly step: string;
    readonly id?: string;
    readonly outcome?: string;
  }[];
};

type QueueDepth = {
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
};

export type BotCommand = { readonly command: string; readonly description: string };

/** The faults that a person can make from the page. */
export const breakNames = [
  "telegram-limits",
  "amocrm-down",
  "answers-lost",
  "hook-lost",
  "kill-sender",
  "wrong-secret",
  "customer-blocked",
  "many-messages",
] as const;
export type BreakName = (typeof breakNames)[number];

/** A switch of `breakNames`: its state in the run, and the command lines that do the same. */
export type BreakSwitch = {
  /** Undefined for what happens at once and has no end, such as a killed process. */
  readonly isOn?: boolean | undefined;
  /** When it ends by itself. */
  readonly untilMillis?: number | undefined;
  readonly on: string;
  readonly off?: string | undefined;
  /** What is planned now, as the simulators say it. */
  readonly faults: readonly Fault[];
};

/** The header that acts and the stream need: a page of another site cannot send it without asking. */
export const pageHeader = "x-bridge-page";
