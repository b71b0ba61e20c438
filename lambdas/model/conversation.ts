import type { Direction } from "./envelope.ts";

/** The link between a Telegram chat and an amoCRM chat, as far as the bridge knows it. */
export type Conversation = {
  readonly conversationId: string;
  /** amoCRM's id of the chat. We know it after amoCRM answered `POST /chats`. */
  readonly amojoChatId?: string;
  readonly amojoUserId?: string;
  readonly contactId?: number;
  readonly contactLinked?: boolean;
  /** Set before the bridge makes a contact. Without a contact id, it shows an ambiguous outcome. */
  readonly contactStartedAtMillis?: number;
  /** When the main API began to keep this conversation from its contact. */
  readonly contactTroubleSinceMillis?: number;
  /** The main API failed for too long or refused. Then amoCRM made the contact and the lead itself. */
  readonly contactLeftToAmocrm?: boolean;
  /** The lead of the talk, as far as the bridge made or found it. */
  readonly leadId?: number;
  /** When the bridge last looked at the contact's leads; 0 when it has to look again. */
  readonly leadCheckedAtMillis?: number;
  /** When a message last went on without its lead. */
  readonly leadPostponedAtMillis?: number;
  /** When the main API began to keep this conversation from its lead; 0 when that is over. */
  readonly leadTroubleSinceMillis?: number;
  /** Where the customer came from, until a lead has it, and the notes that wait for the lead. */
  readonly origin?: string;
  readonly leadNotes?: readonly string[];
  /** A hash of the profile that the contact has, and the time of the last comparison. */
  readonly profileDigest?: string;
  readonly profileCheckedAtMillis?: number;
  /** We asked the customer for their number, or they shared it. The number itself is only in amoCRM. */
  readonly phoneState?: "asked" | "shared";
  /** When the main API began to keep a shared number from its contact; 0 when that is over. */
  readonly phoneTroubleSinceMillis?: number;
  readonly createdAtMillis?: number;
  /** The customer's language, as Telegram gave it when the bridge last opened the chat. */
  readonly language?: Language;
  /** The last reachability from Telegram: the customer blocked the bot, left, or is reachable again. */
  readonly reachability?: "blocked" | "deactivated" | "reachable";
  /** The time of that state. An older event that comes again does not overwrite it. */
  readonly reachabilityAtMillis?: number;
  /** The end of Telegram's retry after for this chat. */
  readonly pausedUntilMillis?: number;
  /** The end of amoCRM's retry after for this chat's history and status reports. */
  readonly crmPausedUntilMillis?: number;
  /** The bridge imports the bot's words into the amoCRM chat. Until then, a hook may be their echo. */
  readonly echoUntilMillis?: number;
  /** Until then, a hook may come for bot words whose import failed. The echo memory knows those words. */
  readonly echoLostUntilMillis?: number;
  /** When the bridge last finished such an import and remembered its id. */
  readonly echoedAtMillis?: number;
  /** The path of the customer's picture in the media store, and the time of the last lookup. */
  readonly avatarPath?: string;
  readonly avatarLookedAtMillis?: number;
  /** Who got the notice "not served here", and when: `<millis>:<writer>`, the newest last. */
  readonly refused?: readonly string[];
  /** Who answers the customer, when a bot answers first. */
  readonly handOff?: HandOff;
  /** The event that set `handOff`, and the value before it. A retry of that event needs the old value. */
  readonly handOffBy?: string;
  readonly handOffFrom?: HandOff;
  /** The last button press that went to operators. An earlier message may come after it. */
  readonly pressedBy?: string;
  /** When a message of the talk with operators last went to amoCRM, or when the operator began the talk. */
  readonly lastMessageAtMillis?: number;
  /** How many messages of the transcript operators have not seen. */
  readonly unseenCount?: number;
  /** The language that the customer chose. It goes before the language of their Telegram. */
  readonly languageChosen?: Language;
  /** When the customer last got an outage notice. */
  readonly outageNoticeAtMillis?: number;
  /**
   * The last word of either side: exact to ten minutes when a bot answers first, else to a quarter of
   * `checkLeadAfterMillis`.
   */
  readonly lastActivityAtMillis?: number;
  /** The topics in which the customer wrote last, see `conversation/topics.ts`. Absent without topics. */
  readonly topics?: readonly string[];
  /** The end of the closed period for which the customer has got a notice. */
  readonly closedNoticeUntilMillis?: number;
  /** The time of the first message that no operator has answered; 0 when all are answered. */
  readonly waitingSinceMillis?: number;
  /** The time of the operator's answer that ended the last wait. */
  readonly answeredAtMillis?: number;
  /** When the bridge last closed the talk in amoCRM in a way that lets the account's survey run. */
  readonly talkClosedAtMillis?: number;
};

/**
 * Who answers the customer: the bot, no one yet (an operator was called), an operator, or no one any more.
 */
export type HandOff = "bot" | "waiting" | "operator" | "closed";

/** The events that change who answers. */
export type HandOffEvent =
  | "customer writes"
  /** By a button, a command, or because the bot has no answer. */
  | "customer calls an operator"
  | "customer ends"
  | "operator answers"
  | "operator ends"
  | "a day of silence";

/** The languages that the bridge writes in. Each has its file of texts in `texts/`. */
export const languages = ["en", "ru", "pt", "es"] as const;

/** One of these languages. A customer with any other language gets answers in the first one. */
export type Language = (typeof languages)[number];

/** The values of the setting for when the bridge asks customers for their number. */
export const askPhoneMoments = ["never", "at-start", "when-called"] as const;

/**
 * When the bridge asks customers for their number: never, with the greeting, or when they want an operator.
 */
export type AskPhone = (typeof askPhoneMoments)[number];

/**
 * How long we remember that a conversation makes a contact with a name. It is longer than we wait
 * for a main API in trouble. So every result of that attempt falls within this time.
 */
export const contactMarkMillis = 10 * 60_000;

/**
 * The parts that the bridge can pause as a whole: a direction's vendor, amoCRM's main API, Telegram's files.
 */
export type PauseName = Direction | "main-api" | "telegram-files";

/**
 * Calls that belong to no chat. All of them share one limit, and the vendor blocks clients that ignore it.
 */
const ofNoChat: ReadonlySet<PauseName> = new Set(["main-api", "telegram-files"]);

/** One sign that a vendor limits our rate: a 429, or no answer in time. */
export type LimitSign = {
  readonly kind: "limit" | "timeout";
  readonly atMillis: number;
  /** The chat in which it happened. */
  readonly group: string;
};

/** The end of a pause, and the signs that may lead to a pause. */
export type Pause = {
  readonly name: PauseName;
  readonly untilMillis: number;
  readonly signs: readonly LimitSign[];
};

const rules = {
  /** 429s from this many chats within this time show the bot's limit, not a chat's limit. */
  limit: { needed: 3, windowMillis: 2000 },
  /** Slow calls must not use up the slots of other chats. */
  timeout: { needed: 3, windowMillis: 10_000 },
};
const timeoutPauseMillis = 5000;

/** The pause after one more sign. `retryAfterMillis` is the vendor's retry after, for a limit. */
export function withLimitSign(pause: Pause, limitSign: LimitSign, retryAfterMillis: number): Pause {
  const recent = [...pause.signs, limitSign].filter(
    ({ kind, atMillis }) => atMillis > limitSign.atMillis - rules[kind].windowMillis,
  );
  const alike = recent.filter(({ kind }) => kind === limitSign.kind);
  const count =
    limitSign.kind === "limit" ? new Set(alike.map(({ group }) => group)).size : alike.length;
  const needed = ofNoChat.has(pause.name) ? 1 : rules[limitSign.kind].needed;
  if (count < needed) return { ...pause, signs: recent };
  const lengthMillis = limitSign.kind === "limit" ? retryAfterMillis : timeoutPauseMillis;
  return {
    name: pause.name,
    untilMillis: Math.max(pause.untilMillis, limitSign.atMillis + lengthMillis),
    signs: recent.filter(({ kind }) => kind !== limitSign.kind),
  };
}

/** A conversation and its last activity, exact to ten minutes. */
export type ActiveConversation = {
  readonly conversationId: string;
  readonly activeAtMillis: number;
};

/** The same in a claim, with its key in the index by hour. */
export type ActivityNote = ActiveConversation & { readonly activeHour: string };

/** The days of the week, the first one first, as ISO 8601 counts them. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/** A part of a day, in minutes of the day's wall clock. 1,440 is the end of the day. */
export type PartOfDay = { readonly fromMinute: number; readonly untilMinute: number };

/** The times at which operators work. */
export type WorkingHours = {
  /** A name of the IANA database, such as Europe/Moscow. */
  readonly timeZone: string;
  /** The parts of each day, in order and without overlap. A day without parts is closed. */
  readonly week: Readonly<Record<Weekday, readonly PartOfDay[]>>;
  /** Closed days, such as 2027-01-01. */
  readonly holidays: readonly string[];
  /** Customers who write outside these hours get a notice. */
  readonly givesNotice: boolean;
};

/** Working hours as a team writes them in the settings. Each part of a day is such as `09:00-13:00`. */
export type WrittenHours = {
  readonly timeZone: string;
  readonly week: Readonly<Partial<Record<Weekday, readonly string[] | undefined>>>;
  readonly holidays?: readonly string[] | undefined;
  readonly notice?: boolean | undefined;
};

/** The working hours that a team has written. The settings have checked them. */
export function workingHoursOf({
  timeZone,
  week,
  holidays = [],
  notice = true,
}: WrittenHours): WorkingHours {
  const days = weekdays.map((day) => [day, partsOf(week[day])] as const);
  return {
    timeZone,
    week: Object.fromEntries(days) as WorkingHours["week"],
    holidays,
    givesNotice: notice,
  };
}

function partsOf(written: readonly string[] = []): readonly PartOfDay[] {
  const parts = written.map(partOfDay).filter((part) => part !== undefined);
  return parts.toSorted((one, other) => one.fromMinute - other.fromMinute);
}

/** Reads a part of a day such as `09:00-13:00`. Undefined for a text of another form. */
export function partOfDay(text: string): PartOfDay | undefined {
  const [, from, until] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  const [fromMinute, untilMinute] = [minuteOf(from), minuteOf(until)];
  return fromMinute === undefined || untilMinute === undefined
    ? undefined
    : { fromMinute, untilMinute };
}

function minuteOf(time: string | undefined): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = time?.split(":").map(Number) ?? [];
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= 1440 ? minute : undefined;
}

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
