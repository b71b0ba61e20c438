import type { EventRow, PhoneMessage } from "../../stream.ts";
import { Item } from "../conversation/attach.tsx";
import { Emojis } from "../conversation/emojis.tsx";
import { Link } from "../conversation/formatted-text.tsx";
import { Menu } from "../conversation/menu.tsx";
import { progressOf } from "../conversation/progress.ts";
import type { Progress } from "../conversation/progress.ts";
import { StateButton } from "../conversation/state-button.tsx";
import type { Tone } from "../conversation/state-button.tsx";
import { timeOf } from "../conversation/time.ts";
import { act } from "../store.ts";
import { t } from "../texts.ts";
import type { TextName } from "../texts.ts";
import { toggleReaction } from "./acts.ts";
import { lineOf, originOf } from "./bot-api.ts";
import type { ApiMessage } from "./bot-api.ts";
import { topicOf } from "./chats.ts";
import { Content } from "./content.tsx";
import { inlineRows } from "./keyboards.ts";
import { phoneDrafts } from "./state.ts";

/** One message on the phone. It has no state of its own, so it is drawn again only when its records change. */
export function Bubble({
  record,
  row,
  isOfAlbum,
}: {
  record: PhoneMessage;
  row: EventRow | undefined;
  isOfAlbum: boolean;
}) {
  const message: ApiMessage = record.message;
  const own = record.from === "customer";
  const origin = originOf(message);
  const topic = topicOf(record);
  return (
    <article
      class={`bubble ${own ? "own" : "other"}${isOfAlbum ? " of-album" : ""}`}
      aria-label={t(own ? "fromCustomer" : "fromBot")}
      data-message={record.messageId}
    >
      {origin !== undefined && <p class="about">{t("forwardedFrom", { name: origin })}</p>}
      {topic !== undefined && <p class="about">{t("topicNumber", { topic })}</p>}
      {message.reply_to_message !== undefined && (
        <blockquote class="quote">
          {message.quote?.text ?? lineOf(message.reply_to_message)}
        </blockquote>
      )}
      <Content message={message} />
      <Reactions record={record} />
      <p class="below">
        <time>{timeOf(message.date)}</time>
        {message.edit_date !== undefined && <span>{t("edited")}</span>}
        {own && <ProgressButton record={record} row={row} />}
        <Menu icon="⋯" label={t("messageActions")}>
          {() => <Actions record={record} />}
        </Menu>
      </p>
      <InlineKeyboard record={record} />
    </article>
  );
}

type Look = { readonly icon: string; readonly tone: Tone; readonly text: TextName };

const looks = {
  leaving: { icon: "◌", tone: "warn", text: "customersLeaving" },
  accepted: { icon: "✓", tone: "calm", text: "customersAccepted" },
  sending: { icon: "➤", tone: "calm", text: "customersSending" },
  waiting: { icon: "⏳", tone: "warn", text: "customersWaiting" },
  delivered: { icon: "✓✓", tone: "good", text: "customersDelivered" },
  ignored: { icon: "–", tone: "calm", text: "customersIgnored" },
  parked: { icon: "⚠", tone: "bad", text: "customersParked" },
} as const satisfies Readonly<Record<Progress, Look>>;

function ProgressButton({ record, row }: { record: PhoneMessage; row: EventRow | undefined }) {
  const progress = progressOf(record, row);
  if (progress === undefined) return null;
  const reason = progress === "parked" || progress === "waiting" ? row?.reason : undefined;
  const { text, ...look } = looks[progress];
  const words = [t(text), reason].filter(Boolean).join(": ");
  return <StateButton eventId={record.eventId} words={words} {...look} />;
}

function Reactions({ record }: { record: PhoneMessage }) {
  const { bot, customer } = record.reactions;
  if (bot === undefined && customer.length === 0) return null;
  return (
    <p class="reactions" aria-label={t("reactions")}>
      {customer.map((emoji) => (
        <button
          type="button"
          aria-label={t("takeBack", { emoji })}
          onClick={() => void toggleReaction(record, emoji)}
        >
          {emoji}
        </button>
      ))}
      {bot !== undefined && <span title={t("fromBot")}>{bot}</span>}
    </p>
  );
}

function InlineKeyboard({ record }: { record: PhoneMessage }) {
  const rows = inlineRows(record);
  if (rows.length === 0) return null;
  const { chatId, messageId } = record;
  return (
    <div class="keyboard" role="group" aria-label={t("botButtons")}>
      {rows.map((row) => (
        <div>
          {row.map(({ text, url }) =>
            url === undefined ? (
              <button
                type="button"
                onClick={() => void act(`telegram/customers/${chatId}/press`, { messageId, text })}
              >
                {text}
              </button>
            ) : (
              <span class="button">
                <Link address={url}>{text} ↗</Link>
              </span>
            ),
          )}
        </div>
      ))}
    </div>
  );
}

function Actions({ record }: { record: PhoneMessage }) {
  const { chatId, messageId } = record;
  const { text, caption } = record.message as ApiMessage;
  const words = text ?? caption;
  return (
    <>
      <Item icon="↩" name={t("reply")} run={() => beginReply(record)} />
      {record.from === "customer" && words !== undefined && (
        <Item
          icon="✎"
          name={t("edit")}
          run={() =>
            phoneDrafts.change(chatId, { editing: messageId, text: words, replyTo: undefined })
          }
        />
      )}
      <Item
        icon="➦"
        name={t("forward")}
        run={() => act(`telegram/customers/${chatId}/forward`, { messageId })}
      />
      <Emojis
        isSet={(emoji) => record.reactions.customer.includes(emoji)}
        toggle={(emoji) => toggleReaction(record, emoji)}
      />
    </>
  );
}

/** The words that the person has selected in the message are the quote. */
function beginReply({ chatId, messageId, message }: PhoneMessage): void {
  const { text, caption } = message as ApiMessage;
  const selected = getSelection()?.toString().trim() ?? "";
  const isWithin = selected !== "" && (text ?? caption ?? "").includes(selected);
  const quote = isWithin ? selected : "";
  phoneDrafts.change(chatId, { replyTo: messageId, quote, editing: undefined });
}
