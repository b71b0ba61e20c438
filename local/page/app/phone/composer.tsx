import { useEffect, useRef } from "preact/hooks";
import type { PhoneChat, PhoneMessage } from "../../stream.ts";
import { fitting, FileItems, Item, Recording } from "../conversation/attach.tsx";
import { takesFiles } from "../conversation/files.ts";
import { Menu } from "../conversation/menu.tsx";
import { act, model } from "../store.ts";
import { t } from "../texts.ts";
import { pressKey, sendDraft, sendFields, sendFiles } from "./acts.ts";
import { lineOf } from "./bot-api.ts";
import { customerName } from "./chats.ts";
import { phoneOf, textFields } from "./compose.ts";
import { commandsFor, keyboardOf } from "./keyboards.ts";
import { phoneDrafts } from "./state.ts";

/** Where a customer writes: the bot's keyboard and menu, attachments, and the text. */
export function Composer({
  chat,
  messages,
}: {
  chat: PhoneChat;
  messages: readonly PhoneMessage[];
}) {
  const { id } = chat;
  const draft = phoneDrafts.of(id);
  const field = useRef<HTMLTextAreaElement>(null);
  const about = draft.editing ?? draft.replyTo;
  useEffect(() => {
    if (about !== undefined) field.current?.focus();
  }, [about]);
  if (chat.state !== "active") return <Gone chat={chat} />;
  const attach = (files: Parameters<typeof sendFiles>[1]) => sendFiles(id, files);
  return (
    <form
      class="composer"
      aria-label={t("writeAsCustomer", { name: customerName(chat) })}
      onSubmit={(event) => {
        event.preventDefault();
        sendDraft(id);
      }}
      onPaste={takesFiles((files) => attach(fitting(files))).onPaste}
    >
      <Begun chat={chat} />
      <Keys chat={chat} messages={messages} />
      <Recording side="phone" />
      <div class="write">
        <Commands chat={chat} />
        <Menu icon="📎" label={t("attach")}>
          {() => (
            <>
              <FileItems side="phone" attach={attach} />
              <OtherItems chat={chat} />
            </>
          )}
        </Menu>
        <textarea
          rows={1}
          ref={field}
          value={draft.text}
          aria-label={t("customersText")}
          placeholder={t("customersText")}
          onInput={({ currentTarget: { value } }) => phoneDrafts.change(id, { text: value })}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            sendDraft(id);
          }}
        />
        <button type="submit" class="send">
          {t("send")}
        </button>
      </div>
    </form>
  );
}

/** What the customer answers or edits. */
function Begun({ chat: { id } }: { chat: PhoneChat }) {
  const { replyTo, quote, editing } = phoneDrafts.of(id);
  const about = editing ?? replyTo;
  if (about === undefined) return null;
  const message = model.value["phone-message"].get(`${id}:${about}`)?.message ?? {};
  const empty = { replyTo: undefined, quote: "", editing: undefined };
  return (
    <div class="begun">
      <span>
        {t(editing === undefined ? "reply" : "edit")}: {lineOf(message).slice(0, 80)}
      </span>
      {editing === undefined && (
        <input
          value={quote}
          aria-label={t("quotedWords")}
          placeholder={t("quotedWords")}
          onInput={({ currentTarget: { value } }) => phoneDrafts.change(id, { quote: value })}
        />
      )}
      <button
        type="button"
        onClick={() =>
          phoneDrafts.change(id, editing === undefined ? empty : { ...empty, text: "" })
        }
      >
        {t("cancel")}
      </button>
    </div>
  );
}

/** The keyboard that the bot has put below the text field. */
function Keys({ chat, messages }: { chat: PhoneChat; messages: readonly PhoneMessage[] }) {
  const rows = keyboardOf(messages);
  if (rows.length === 0) return null;
  return (
    <div class="keyboard" role="group" aria-label={t("botKeyboard")}>
      {rows.map((row) => (
        <div>
          {row.map((button) => (
            <button type="button" onClick={() => pressKey(chat.id, button)}>
              {button.sharesNumber && <span aria-hidden="true">📱 </span>}
              {button.text}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

function Commands({ chat }: { chat: PhoneChat }) {
  const language = phoneDrafts.of(chat.id).language ?? chat.customer.language_code;
  const commands = commandsFor(model.value.commands, language);
  return (
    <Menu icon="/" label={t("botMenu")}>
      {() =>
        commands.length === 0 ? (
          <p class="soft">{t("noMenu")}</p>
        ) : (
          commands.map(({ command, description }) => (
            <Item
              icon={`/${command}`}
              name={description}
              run={() => sendFields(chat.id, textFields(`/${command}`))}
            />
          ))
        )
      }
    </Menu>
  );
}

/** What a customer sends besides files. The text that they have written is the question of a poll. */
function OtherItems({ chat: { id, customer } }: { chat: PhoneChat }) {
  const give = (fields: () => Readonly<Record<string, unknown>>) => () => sendFields(id, fields());
  const question = () => {
    const { text } = phoneDrafts.of(id);
    phoneDrafts.change(id, { text: "" });
    return text.trim() || t("sampleQuestion");
  };
  const { first_name, last_name } = customer;
  const person = { first_name: t("sampleName"), phone_number: "+79990000043" };
  const own = { first_name, last_name, phone_number: phoneOf(id), user_id: id };
  return (
    <>
      <Item
        icon="📍"
        name={t("location")}
        run={give(() => ({ location: { latitude: 55.751244, longitude: 37.618423 } }))}
      />
      <Item icon="👤" name={t("contact")} run={give(() => ({ contact: person }))} />
      <Item icon="📱" name={t("ownNumber")} run={give(() => ({ contact: own }))} />
      <Item icon="📊" name={t("poll")} run={give(() => pollFields(question()))} />
      <Item icon="📰" name={t("richMessage")} run={give(richFields)} />
    </>
  );
}

function pollFields(question: string) {
  const options = [t("sampleYes"), t("sampleNo")].map((text, index) => {
    return { persistent_id: String(index), text, voter_count: 0 };
  });
  const counts = { total_voter_count: 0, is_closed: false, is_anonymous: true };
  const rules = { type: "regular", allows_multiple_answers: false };
  return { poll: { id: String(Date.now()), question, options, ...counts, ...rules } };
}

function richFields() {
  const link = { type: "url", text: t("sampleSite"), url: "https://example.com/7" };
  const bold = { type: "bold", text: t("sampleChairs") };
  return {
    rich_message: {
      blocks: [
        { type: "heading", text: t("sampleOrder"), size: 1 },
        { type: "paragraph", text: [bold, " — ", link] },
        {
          type: "list",
          items: [t("sampleYes"), t("sampleNo")].map((text, index) => {
            const paragraph = { type: "paragraph", text };
            return { label: "•", has_checkbox: true, is_checked: index === 0, blocks: [paragraph] };
          }),
        },
      ],
    },
  };
}

/** Instead of the text field, for a customer who cannot write. */
function Gone({ chat: { id, state } }: { chat: PhoneChat }) {
  return (
    <p class="composer">
      {t(state === "blocked" ? "hasBlocked" : "hasLeft")}{" "}
      {state === "blocked" && (
        <button type="button" onClick={() => void act(`telegram/unblock/${id}`)}>
          {t("unblock")}
        </button>
      )}
    </p>
  );
}
