import type { DeskMessage } from "../../stream.ts";
import { Item } from "../conversation/attach.tsx";
import { FormattedText, Link } from "../conversation/formatted-text.tsx";
import { Media } from "../conversation/media.tsx";
import { Menu } from "../conversation/menu.tsx";
import { StateButton } from "../conversation/state-button.tsx";
import { timeOf } from "../conversation/time.ts";
import { act } from "../store.ts";
import { t } from "../texts.ts";
import { react } from "./acts.ts";
import { buttonsOf, forwardedIn, mediaOf, stateOfAnswer, wordsOf } from "./messages.ts";
import { deskDrafts, forwarded } from "./state.ts";

const emojis = ["👍", "❤", "🔥", "👏", "😁", "🤔", "😢", "🙏"];

/** One message on the desk. It has no state of its own, so it is drawn again only when its record changes. */
export function Message({
  message,
  quote,
  eventId,
  customerId,
  isOfGroup,
}: {
  message: DeskMessage;
  quote: string | undefined;
  eventId: string | undefined;
  customerId: string | undefined;
  isOfGroup: boolean;
}) {
  const { direction, silent, content } = message;
  const text = wordsOf(message);
  const media = mediaOf(message);
  const look = direction === "customer" ? "other" : "own";
  return (
    <article
      class={`bubble ${look} ${direction}${silent ? " silent" : ""}${isOfGroup ? " of-album" : ""}`}
      aria-label={authorOf(message)}
      data-message={message.id}
    >
      <p class="about">
        <b>{authorOf(message)}</b>
        {silent && <span> {t("silently")}</span>}
      </p>
      {quote !== undefined && <blockquote class="quote">{quote}</blockquote>}
      {forwardedIn(message).map((line) => (
        <blockquote class="quote">
          <small>{t("forwardedLine")}</small> {line}
        </blockquote>
      ))}
      {media !== undefined && (
        <Media
          {...media}
          isSmall={message.type === "sticker"}
          fetchAgain={() => act(`amocrm/messages/${message.id}/fetch`)}
        />
      )}
      <Place content={content} />
      {text !== "" && (
        <p class="text">
          <FormattedText text={text} />
        </p>
      )}
      <Buttons message={message} />
      <Reactions message={message} customerId={customerId} />
      <p class="below">
        <time>{timeOf(message.timestamp)}</time>
        {message.edited && <span>{t("edited")}</span>}
        <State message={message} eventId={eventId} />
        <Menu icon="⋯" label={t("messageActions")}>
          {() => <Actions message={message} customerId={customerId} />}
        </Menu>
      </p>
    </article>
  );
}

function authorOf({ direction, sender }: DeskMessage): string {
  return direction === "bot" ? t("botOfChannel", { name: sender.name }) : sender.name;
}

function State({ message, eventId }: { message: DeskMessage; eventId: string | undefined }) {
  if (message.direction !== "operator") {
    if (eventId === undefined) return null;
    return <StateButton eventId={eventId} icon="⇄" words={t("way")} tone="calm" />;
  }
  const state = stateOfAnswer(message);
  switch (state.is) {
    case "leaving":
      return <StateButton eventId={eventId} icon="◌" words={t("answerLeaving")} tone="calm" />;
    case "with-bridge":
      return <StateButton eventId={eventId} icon="✓" words={t("answerSent")} tone="calm" />;
    case "delivered":
      return <StateButton eventId={eventId} icon="✓✓" words={t("answerDelivered")} tone="good" />;
    case "hook-lost":
      return <StateButton eventId={eventId} icon="⚠" words={t("hookLost")} tone="warn" />;
    case "hook-refused": {
      const words = t("hookRefused", { status: state.status });
      return <StateButton eventId={eventId} icon="⚠" words={words} tone="warn" />;
    }
    case "failed": {
      const words = t("answerFailed", { error: state.error, code: state.code ?? "" });
      return <StateButton eventId={eventId} icon="✕" words={words} tone="bad" />;
    }
  }
}

function Place({ content }: { content: DeskMessage["content"] }) {
  const { lat, lon } = (content["location"] ?? {}) as { lat?: number; lon?: number };
  const card = content["contact"] as { name?: string; phone?: string } | undefined;
  return (
    <>
      {lat !== undefined && (
        <p>
          📍 {t("location")}: {lat}, {lon}
        </p>
      )}
      {card !== undefined && (
        <p>
          👤 <b>{card.name}</b> {card.phone}
        </p>
      )}
    </>
  );
}

function Buttons({ message }: { message: DeskMessage }) {
  const buttons = buttonsOf(message);
  if (buttons.length === 0) return null;
  return (
    <ul class="keyboard shown" aria-label={t("messageButtons")}>
      {buttons.map(({ text, url }) => (
        <li class="button">{url === undefined ? text : <Link address={url}>{text} ↗</Link>}</li>
      ))}
    </ul>
  );
}

function Reactions({
  message: { id, reactions },
  customerId,
}: {
  message: DeskMessage;
  customerId: string | undefined;
}) {
  if (reactions.length === 0) return null;
  return (
    <p class="reactions" aria-label={t("reactions")}>
      {reactions.map(({ userId, emoji }) =>
        userId === customerId ? (
          <span>{emoji}</span>
        ) : (
          <button
            type="button"
            aria-label={t("takeBack", { emoji })}
            onClick={() => void react(id, undefined)}
          >
            {emoji}
          </button>
        ),
      )}
    </p>
  );
}

function Actions({
  message: { id, chatId, reactions },
  customerId,
}: {
  message: DeskMessage;
  customerId: string | undefined;
}) {
  const own = reactions.find(({ userId }) => userId !== customerId)?.emoji;
  return (
    <>
      <Item icon="↩" name={t("reply")} run={() => deskDrafts.change(chatId, { replyTo: id })} />
      <Item icon="➦" name={t("forward")} run={() => (forwarded.value = id)} />
      <div class="emojis" role="group" aria-label={t("reactions")}>
        {emojis.map((emoji) => (
          <button
            type="button"
            aria-label={t(own === emoji ? "takeBack" : "react", { emoji })}
            onClick={() => void react(id, own === emoji ? undefined : emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
    </>
  );
}
