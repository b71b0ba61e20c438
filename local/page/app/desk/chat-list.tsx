import { signal } from "@preact/signals";
import { SearchField, ShowMore } from "../conversation/long-list.tsx";
import { Avatar } from "../conversation/media.tsx";
import { timeOf } from "../conversation/time.ts";
import { chooseChat, shownChat } from "../selection.ts";
import { model } from "../store.ts";
import { t } from "../texts.ts";
import { listedChats } from "./chats.ts";
import { deskLine } from "./messages.ts";
import { deskMessages, seen } from "./state.ts";
import type { SimulatedPerson } from "../../../simulators/amocrm/types.ts";

/** So many chats are in the list at first, and more with each press. */
const pageSize = 50;
/** With fewer chats a search is no help. */
const leastForSearch = 7;

const words = signal("");
const most = signal(pageSize);

/** The operators' list of chats, with the unread ones. */
export function ChatList() {
  const { contact: contacts, "desk-chat": chats } = model.value;
  const listed = listedChats(chats.values(), {
    messages: deskMessages.value,
    contacts,
    seen: seen.value,
    words: words.value,
  });
  return (
    <nav class="people" aria-label={t("chats")}>
      {chats.size >= leastForSearch && <SearchField words={words} />}
      <ul>
        {listed.slice(0, most.value).map(({ chat, name, last, unread }) => (
          <li key={chat.id}>
            <button
              type="button"
              aria-current={shownChat.value === chat.id}
              onClick={() => chooseChat(chat.id)}
            >
              <PersonAvatar person={chat.customer} name={name} />
              <b>{name}</b>
              <small>{last === undefined ? "" : deskLine(last).slice(0, 40)}</small>
              <time>{timeOf(last?.timestamp)}</time>
              {unread > 0 && (
                <span class="unread" title={t("unread", { count: unread })}>
                  {unread}
                  <span class="visually-hidden"> {t("unread", { count: unread })}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <ShowMore most={most} count={listed.length} step={pageSize} />
    </nav>
  );
}

/** The picture of a person, as amoCRM fetched it. */
export function PersonAvatar({
  person,
  name,
}: {
  person: SimulatedPerson | undefined;
  name: string;
}) {
  const { clientId, avatar } = person ?? {};
  const hasPicture = clientId !== undefined && avatar !== undefined;
  const address = hasPicture ? `/media/amocrm/avatars/${encodeURIComponent(clientId)}` : undefined;
  return <Avatar address={address} name={name} />;
}
