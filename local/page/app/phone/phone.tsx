import type { PhoneChat } from "../../stream.ts";
import { Item, fitting } from "../conversation/attach.tsx";
import { pickFiles, takesFiles } from "../conversation/files.ts";
import { Menu } from "../conversation/menu.tsx";
import { MessageList } from "../conversation/message-list.tsx";
import { asPhoto, samplePhoto } from "../conversation/samples.ts";
import { shownCustomer } from "../selection.ts";
import { act, model, nowMillis } from "../store.ts";
import { t } from "../texts.ts";
import { sendFiles } from "./acts.ts";
import { lineOf } from "./bot-api.ts";
import type { ApiMessage } from "./bot-api.ts";
import { Bubble } from "./bubble.tsx";
import { customerName, nextTopic, seenMessages } from "./chats.ts";
import { Composer } from "./composer.tsx";
import { appLanguages, CustomerAvatar, CustomerList, NewCustomer } from "./customers.tsx";
import { isAddingCustomer, phoneDrafts, phoneMessages } from "./state.ts";

/** The simulated Telegram as a customer sees it. */
export function Phone() {
  const { run, isCaughtUp } = model.value;
  const chat = model.value["phone-chat"].get(String(shownCustomer.value));
  if (run !== undefined && !run.isTelegramSimulated) {
    return (
      <>
        <h2>{t("phoneTitle")}</h2>
        <p class="soft">{t("realTelegram")}</p>
        {run.ownBot !== undefined && (
          <>
            <p>
              {t("writeToBot")}{" "}
              <a href={run.ownBot.link} target="_blank" rel="noreferrer">
                @{run.ownBot.username}
              </a>
            </p>
            <img
              class="qr"
              alt={t("qrOf", { name: run.ownBot.username })}
              src={`data:image/svg+xml,${encodeURIComponent(run.ownBot.qrCode)}`}
            />
          </>
        )}
      </>
    );
  }
  return (
    <>
      <h2>{t("phoneTitle")}</h2>
      <CustomerList />
      {(isAddingCustomer.value || (isCaughtUp && chat === undefined)) && <NewCustomer />}
      {chat !== undefined && <Chat chat={chat} />}
    </>
  );
}

function Chat({ chat }: { chat: PhoneChat }) {
  const { topic } = phoneDrafts.of(chat.id);
  const all = phoneMessages.value.get(chat.id) ?? [];
  const messages = seenMessages(all, chat.topics, topic);
  const rows = model.value.event;
  const last = messages.at(-1);
  const newest = last?.from === "bot" ? lineOf(last.message) : "";
  const drop = takesFiles((files) => sendFiles(chat.id, fitting(files)));
  const groupOf = (message: ApiMessage | undefined) => message?.media_group_id;
  return (
    <div class="chat" onDragOver={drop.onDragOver} onDrop={drop.onDrop}>
      <Head chat={chat} next={nextTopic(all, chat.topics)} />
      <MessageList
        key={`${chat.id}/${topic}`}
        label={t("messagesOf", { name: customerName(chat) })}
        items={messages}
        keyOf={({ messageId }) => messageId}
        render={(record, earlier) => (
          <Bubble
            record={record}
            row={rows.get(record.eventId ?? "")}
            isOfAlbum={
              groupOf(record.message) !== undefined &&
              groupOf(record.message) === groupOf(earlier?.message)
            }
          />
        )}
        said={newest === "" ? "" : `${t("fromBot")}: ${newest.slice(0, 200)}`}
        empty={t("noMessages")}
      />
      <Typing untilMillis={chat.typingUntilMillis} />
      <Composer chat={chat} messages={all} />
    </div>
  );
}

/** "typing…", while Telegram shows it. */
function Typing({ untilMillis = 0 }: { untilMillis: number | undefined }) {
  const isShown = nowMillis.value + model.value.clockOffsetMillis < untilMillis;
  return isShown ? <p class="typing soft">{t("botTypes")}</p> : null;
}

function Head({ chat, next }: { chat: PhoneChat; next: number }) {
  const { id, customer, topics, state } = chat;
  const draft = phoneDrafts.of(id);
  const name = customerName(chat);
  const language = draft.language ?? customer.language_code ?? "";
  return (
    <header class="head">
      <CustomerAvatar chat={chat} name={name} />
      <p class="who">
        <b>{name}</b>
        {customer.username !== undefined && <small>@{customer.username}</small>}
      </p>
      <label>
        <span class="visually-hidden">{t("appLanguage")}</span>
        <select
          value={language}
          title={t("appLanguage")}
          onChange={({ currentTarget: { value } }) => phoneDrafts.change(id, { language: value })}
        >
          {[...new Set([language, ...appLanguages])].map((code) => (
            <option value={code}>{code || "–"}</option>
          ))}
        </select>
      </label>
      <Topics id={id} topics={topics} next={next} />
      <Menu icon="⋮" label={t("customerActions")}>
        {() => (
          <>
            {state === "blocked" ? (
              <Item icon="✅" name={t("unblock")} run={() => act(`telegram/unblock/${id}`)} />
            ) : (
              <Item icon="⛔" name={t("block")} run={() => act(`telegram/block/${id}`)} />
            )}
            <Item icon="🖼" name={t("newPhoto")} run={() => setPhoto(id, samplePhoto(name))} />
            <Item icon="📂" name={t("choosePhoto")} run={() => setPhoto(id, chosenPhoto())} />
            <Item
              icon="🚪"
              name={t("leaveTelegram")}
              run={() => act(`telegram/deactivate/${id}`)}
            />
          </>
        )}
      </Menu>
    </header>
  );
}

/** Chooses the topic in which the customer writes and which the phone shows. */
function Topics({ id, topics, next }: { id: number; topics: readonly number[]; next: number }) {
  const { topic } = phoneDrafts.of(id);
  const choose = (value: string) => {
    phoneDrafts.change(id, { topic: value === "" ? undefined : Number(value) });
  };
  const isOpen = topic !== undefined && topics.includes(topic);
  return (
    <>
      <label>
        <span class="visually-hidden">{t("topic")}</span>
        <select
          value={topic ?? ""}
          title={t("topic")}
          onChange={({ currentTarget: { value } }) => choose(value)}
        >
          <option value="">{t("allTopics")}</option>
          {topics.map((each) => (
            <option value={each}>{t("topicNumber", { topic: each })}</option>
          ))}
          {/* The first message in it opens it. */}
          <option value={isOpen || topic === undefined ? next : topic}>{t("newTopic")}</option>
        </select>
      </label>
      {isOpen && (
        <button
          type="button"
          onClick={() => {
            choose("");
            void act(`telegram/customers/${id}/delete-topic`, { topic });
          }}
        >
          {t("deleteTopic")}
        </button>
      )}
    </>
  );
}

async function setPhoto(id: number, made: Promise<Blob | undefined>): Promise<void> {
  const photo = await made;
  if (photo !== undefined) await act(`telegram/customers/${id}/photo`, photo);
}

async function chosenPhoto(): Promise<Blob | undefined> {
  const [file] = await pickFiles("image/*", false);
  return file && (await asPhoto(file))?.blob;
}
