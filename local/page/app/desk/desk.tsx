import type { DeskChat } from "../../stream.ts";
import { fitting } from "../conversation/attach.tsx";
import { takesFiles } from "../conversation/files.ts";
import { MessageList } from "../conversation/message-list.tsx";
import { customerOfChat } from "../counterparts.ts";
import { shownChat } from "../selection.ts";
import { act, model } from "../store.ts";
import { t } from "../texts.ts";
import { sendAttached } from "./acts.ts";
import { ContactCard, LeadCard } from "./cards.tsx";
import { ChatList, PersonAvatar } from "./chat-list.tsx";
import { chatName, leadOfContact } from "./chats.ts";
import { DeskComposer } from "./composer.tsx";
import { Message } from "./message.tsx";
import { deskLine, eventIdOf, quoteOf, usernameIn } from "./messages.ts";
import { deskMessages } from "./state.ts";

/** The simulated amoCRM as an operator sees it. */
export function Desk() {
  const { run } = model.value;
  const chat = model.value["desk-chat"].get(shownChat.value ?? "");
  if (run !== undefined && !run.isAmocrmSimulated) {
    return (
      <>
        <h2>{t("deskTitle")}</h2>
        <p class="soft">{t("realAmocrm")}</p>
      </>
    );
  }
  return (
    <>
      <h2>{t("deskTitle")}</h2>
      <div class="columns">
        <ChatList />
        {chat === undefined ? <p class="soft">{t("noChat")}</p> : <Chat chat={chat} />}
      </div>
    </>
  );
}

function Chat({ chat }: { chat: DeskChat }) {
  const { contact: contacts, lead: leads, "phone-message": phone } = model.value;
  const messages = deskMessages.value.get(chat.id) ?? [];
  const name = chatName(chat, contacts);
  const contact = contacts.get(String(chat.contactId));
  const lead = leadOfContact(leads.values(), chat.contactId);
  const customer = customerOfChat(model.value, chat.id);
  const last = messages.at(-1);
  const drop = takesFiles((files) => sendAttached(chat.id, fitting(files)));
  return (
    <div class="chat" onDragOver={drop.onDragOver} onDrop={drop.onDrop}>
      <header class="head">
        <PersonAvatar person={chat.customer} name={name} />
        <p class="who">
          <b>{name}</b>
          <small>
            {[usernameIn(chat.customer?.profileLink), chat.source].filter(Boolean).join(" · ")}
          </small>
        </p>
        <button
          type="button"
          onClick={() =>
            void act(`amocrm/conversations/${chat.id}/${chat.isTalkOpen ? "close" : "reopen"}`)
          }
        >
          {t(chat.isTalkOpen ? "closeTalk" : "reopenTalk")}
        </button>
      </header>
      {contact !== undefined && <ContactCard key={contact.id} chat={chat} contact={contact} />}
      {lead !== undefined && <LeadCard key={lead.id} lead={lead} />}
      <MessageList
        key={chat.id}
        label={t("messagesWith", { name })}
        items={messages}
        keyOf={({ id }) => id}
        render={(message, earlier) => (
          <Message
            message={message}
            quote={quoteOf(message, messages)}
            eventId={eventIdOf(message, (id) => phone.get(`${customer}:${id}`)?.eventId)}
            customerId={chat.customer?.id}
            isOfGroup={isOfGroup(message.content, earlier?.content)}
          />
        )}
        said={last?.direction === "customer" ? `${name}: ${deskLine(last).slice(0, 200)}` : ""}
        empty={t("noMessages")}
      />
      <DeskComposer chat={chat} name={name} />
    </div>
  );
}

function isOfGroup(
  content: Readonly<Record<string, unknown>>,
  earlier: Readonly<Record<string, unknown>> | undefined,
): boolean {
  const group = content["media_group_id"];
  return group !== undefined && group === earlier?.["media_group_id"];
}
