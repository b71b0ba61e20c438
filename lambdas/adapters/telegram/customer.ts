import { customerIdOf } from "../../model/ids.ts";
import { languages } from "../../model/language.ts";
import type { Language } from "../../model/language.ts";
import type { Customer } from "../../model/message.ts";
import { visibleName } from "../../model/visible-name.ts";
import type { Chat, User } from "./wire.ts";

type Named = {
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly username?: string | undefined;
};

/**
 * The customer of a private chat, who is the chat: its names are used where nobody, or somebody else, is
 * named as the author.
 */
export function customerOf(from: User | undefined, chat: Chat): Customer {
  const author = from?.id === chat.id ? from : undefined;
  return {
    id: customerIdOf(String(chat.id)),
    name: nameOf(author ?? chat) ?? `Telegram ${chat.id}`,
    language: languageOf(author),
  };
}

/** First and last name as far as they can be seen, else the user name; undefined for none of them. */
export function nameOf({ first_name: first = "", last_name: last = "", username }: Named) {
  return visibleName(`${first} ${last}`) ?? visibleName(username);
}

/** The language to answer a person in. */
export function languageOf(person: User | undefined): Language {
  const [spoken = ""] = (person?.language_code ?? "").toLowerCase().split("-");
  return languages.find((language) => language === spoken) ?? languages[0];
}
