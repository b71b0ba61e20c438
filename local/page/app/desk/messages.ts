import type { DeskMessage } from "../../stream.ts";
import type { Form } from "../conversation/media.tsx";

/** How far an operator's message has come, as amoCRM knows it. */
export type AnswerState =
  | { readonly is: "leaving" | "with-bridge" | "delivered" | "hook-lost" }
  | { readonly is: "hook-refused"; readonly status: number }
  | { readonly is: "failed"; readonly error: string; readonly code: number | undefined };

/**
 * The state of an operator's message. The last delivery status counts, whatever the webhook answered: the
 * bridge also finds messages whose hook was lost.
 */
export function stateOfAnswer({
  hookStatus,
  deliveryStatus,
}: Pick<DeskMessage, "hookStatus" | "deliveryStatus">): AnswerState {
  const last = deliveryStatus.at(-1);
  if (last?.status === -1) return { is: "failed", error: last.error ?? "", code: last.errorCode };
  if (last !== undefined) return { is: "delivered" };
  if (hookStatus === undefined) return { is: "leaving" };
  if (hookStatus === 200) return { is: "with-bridge" };
  return hookStatus === 0 ? { is: "hook-lost" } : { is: "hook-refused", status: hookStatus };
}

type Embedded = {
  readonly id?: string;
  readonly msgid?: string;
  readonly text?: string;
  readonly type?: string;
};

/** One line that names a message: its words, else its type. */
export function deskLine({ text, type }: Pick<Embedded, "text" | "type">): string {
  return text === undefined || text === "" ? `[${type ?? "message"}]` : text;
}

/** The words of a message. Those of a template come with its values in the places of its markers. */
export function wordsOf({ text, content }: Pick<DeskMessage, "text" | "content">): string {
  const { content: words = "", params = [] } = (content["template"] ?? {}) as {
    readonly content?: string;
    readonly params?: readonly { readonly key: string; readonly value: string }[];
  };
  if (text !== "") return text;
  const values = new Map(params.map(({ key, value }) => [key, value]));
  return words.replaceAll(/\{\{[^{}]*\}\}/g, (mark) => values.get(mark) ?? mark);
}

/**
 * The words that a message quotes. A quote has the message itself, or only its id: then the words are those
 * of the known message. Undefined for a message that quotes none.
 */
export function quoteOf(
  { replyTo, content }: Pick<DeskMessage, "replyTo" | "content">,
  known: readonly DeskMessage[],
): string | undefined {
  const given = (replyTo ?? content["reply_to"]) as { message?: Embedded } | undefined;
  if (given?.message === undefined) return undefined;
  const { id, msgid } = given.message;
  const original = known.find(
    (each) => (id !== undefined && each.id === id) || (msgid !== undefined && each.msgid === msgid),
  );
  return deskLine(original ?? given.message);
}

/** The messages that a message forwards, each as a line. */
export function forwardedIn({ content }: Pick<DeskMessage, "content">): readonly string[] {
  const { messages = [] } = (content["forwards"] ?? {}) as { messages?: readonly Embedded[] };
  return messages.map(deskLine);
}

/** The file of a message: where the page gets it, and its form. Undefined for a message without a file. */
export function mediaOf({
  id,
  direction,
  type,
  content,
}: Pick<DeskMessage, "id" | "direction" | "type" | "content">):
  { readonly address: string; readonly form: Form; readonly name: string } | undefined {
  const media = content["media"];
  if (typeof media !== "string" || media === "") return undefined;
  const own = direction === "operator" ? /\/attachments\/(.+)$/.exec(media)?.[1] : undefined;
  const address =
    own === undefined
      ? `/media/amocrm/messages/${encodeURIComponent(id)}`
      : `/media/amocrm/attachments/${own}`;
  const name = content["file_name"];
  return {
    address,
    form: forms[type] ?? "file",
    name: typeof name === "string" && name ? name : type,
  };
}

const forms: Readonly<Record<string, Form>> = {
  picture: "picture",
  sticker: "picture",
  video: "film",
  voice: "sound",
  audio: "sound",
};

/** A button of a message in amoCRM. */
export type DeskButton = { readonly text: string; readonly url?: string | undefined };

/** The buttons or the list below a message: its rows, and for a list the label that opens it. */
export function buttonsOf({ content }: Pick<DeskMessage, "content">): readonly DeskButton[] {
  const markup = content["markup"] as
    | {
        readonly buttons?: readonly (readonly DeskButton[])[];
        readonly list_message?: {
          readonly sections?: readonly { readonly rows?: readonly { readonly title: string }[] }[];
        };
      }
    | null
    | undefined;
  const rows = (markup?.list_message?.sections ?? []).flatMap(({ rows: own = [] }) => own);
  return [...(markup?.buttons ?? []).flat(), ...rows.map(({ title }) => ({ text: title }))];
}

/**
 * The event of a message. The stream names it for an operator's; that of a customer's message is known from
 * the phone, by Telegram's id at the end of our id: `tg-<bot>-<chat>-<message>`, with `.2` for a further piece.
 */
export function eventIdOf(
  { msgid, eventId, direction }: Pick<DeskMessage, "msgid" | "eventId" | "direction">,
  ofPhoneMessage: (messageId: string) => string | undefined,
): string | undefined {
  if (direction !== "customer") return eventId;
  const [, messageId] = /-(\d+)(?:\.\d+)?$/.exec(msgid ?? "") ?? [];
  return messageId === undefined ? undefined : ofPhoneMessage(messageId);
}

/** The @username in the address of a profile, which the bridge gives to amoCRM. Empty without one. */
export function usernameIn(profileLink: string | undefined): string {
  const [, name] = /^https:\/\/t\.me\/(\w+)$/.exec(profileLink ?? "") ?? [];
  return name === undefined ? "" : `@${name}`;
}
