import { signal } from "@preact/signals";
import type { PhoneChat } from "../../stream.ts";
import { SearchField, ShowMore } from "../conversation/long-list.tsx";
import { Avatar } from "../conversation/media.tsx";
import { samplePhoto } from "../conversation/samples.ts";
import { chooseCustomer, shownCustomer } from "../selection.ts";
import { model } from "../store.ts";
import { language, t } from "../texts.ts";
import { addCustomer } from "./acts.ts";
import { lineOf } from "./bot-api.ts";
import { listedCustomers, nextCustomerId } from "./chats.ts";
import { isAddingCustomer, phoneMessages } from "./state.ts";
import { telegramFile } from "./telegram-file.ts";

/** So many customers are in the list at first, and more with each press. */
const pageSize = 50;
/** With fewer customers a search is no help. */
const leastForSearch = 7;

const words = signal("");
const most = signal(pageSize);

/** The customers, for a person to choose whose phone they hold. */
export function CustomerList() {
  const all = model.value["phone-chat"];
  const listed = listedCustomers(all.values(), phoneMessages.value, words.value);
  return (
    <nav class="people" aria-label={t("customers")}>
      <div class="tools">
        {all.size >= leastForSearch && <SearchField words={words} />}
        <button
          type="button"
          aria-expanded={isAddingCustomer.value}
          onClick={() => (isAddingCustomer.value = !isAddingCustomer.value)}
        >
          + {t("newCustomer")}
        </button>
      </div>
      <ul>
        {listed.slice(0, most.value).map(({ chat, name, last }) => (
          <li key={chat.id}>
            <button
              type="button"
              aria-current={shownCustomer.value === chat.id}
              onClick={() => chooseCustomer(chat.id)}
            >
              <CustomerAvatar chat={chat} name={name} />
              <b>{name}</b>
              <small>{last === undefined ? "" : lineOf(last.message).slice(0, 40)}</small>
            </button>
          </li>
        ))}
      </ul>
      <ShowMore most={most} count={listed.length} step={pageSize} />
    </nav>
  );
}

/** The profile photo of a customer. */
export function CustomerAvatar({ chat, name }: { chat: PhoneChat; name: string }) {
  const { photoFileId } = chat;
  return (
    <Avatar
      address={photoFileId === undefined ? undefined : telegramFile(photoFileId)}
      name={name}
    />
  );
}

/** The languages of Telegram's apps that the bridge has texts for, and one that it has none for. */
export const appLanguages = ["en", "ru", "es", "pt", "de"];

/** The form that opens the chat of a new customer. */
export function NewCustomer() {
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    const field = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const id = nextCustomerId([...model.value["phone-chat"].values()].map((chat) => chat.id));
    const name = field("first_name") || t("sampleName");
    const optional = ["last_name", "username", "language_code"].flatMap((key) =>
      field(key) === "" ? [] : [[key, field(key).replace(/^@/, "")]],
    );
    const person = { first_name: name, ...Object.fromEntries(optional) };
    const photo = given.has("photo") ? await samplePhoto(name) : undefined;
    isAddingCustomer.value = false;
    chooseCustomer(id);
    if (!(await addCustomer(id, person, { text: field("text") || "/start", photo }))) {
      isAddingCustomer.value = true;
    }
  };
  return (
    <form
      class="new-customer"
      aria-label={t("newCustomer")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <Field name="first_name" label={t("firstName")} value={t("sampleName")} />
      <Field name="last_name" label={t("lastName")} value="" />
      <Field name="username" label={t("username")} value="" />
      <label>
        {t("appLanguage")}
        <select name="language_code">
          {appLanguages.map((code) => (
            <option value={code} selected={code === language.value}>
              {code}
            </option>
          ))}
        </select>
      </label>
      <Field name="text" label={t("firstMessage")} value="/start" />
      <label class="check">
        <input type="checkbox" name="photo" defaultChecked /> {t("withPhoto")}
      </label>
      <button type="submit" class="send">
        {t("openChat")}
      </button>
    </form>
  );
}

function Field({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <label>
      {label}
      <input name={name} defaultValue={value} autocomplete="off" />
    </label>
  );
}
