import type { ContactFields } from "../../infra/settings/new-customer.ts";
import { contactFieldCodes } from "../../lambdas/model/crm.ts";
import type { ContactFieldName } from "../../lambdas/model/crm.ts";
import type { Language } from "../../lambdas/model/conversation.ts";
import type { CustomField } from "./main-api.ts";

/** The fields by the names of the setting `contactFields`. */
export const contactFieldNames = Object.keys(contactFieldCodes) as readonly ContactFieldName[];

const types: Readonly<Record<ContactFieldName, string>> = {
  telegramId: "text",
  username: "text",
  link: "url",
  language: "text",
  premium: "checkbox",
};

const names: Readonly<Record<Language, Readonly<Record<ContactFieldName, string>>>> = {
  en: {
    telegramId: "Telegram ID",
    username: "Telegram username",
    link: "Telegram link",
    language: "Telegram language",
    premium: "Telegram Premium",
  },
  ru: {
    telegramId: "Telegram ID",
    username: "Имя пользователя Telegram",
    link: "Ссылка на Telegram",
    language: "Язык в Telegram",
    premium: "Telegram Premium",
  },
  pt: {
    telegramId: "ID do Telegram",
    username: "Usuário do Telegram",
    link: "Link do Telegram",
    language: "Idioma do Telegram",
    premium: "Telegram Premium",
  },
  es: {
    telegramId: "ID de Telegram",
    username: "Usuario de Telegram",
    link: "Enlace de Telegram",
    language: "Idioma de Telegram",
    premium: "Telegram Premium",
  },
};

/** A new field of contacts. Operators can see it, and only an integration can change it. */
export function newContactField(field: ContactFieldName, language: Language) {
  const name = names[language][field];
  return { name, type: types[field], code: contactFieldCodes[field], is_api_only: true };
}

/** How the sender finds a contact's field: by the id of the setting, or else by its code. */
export function findContactField(
  fields: readonly CustomField[],
  field: ContactFieldName,
  ids: ContactFields,
): CustomField | undefined {
  const { [field]: wanted } = ids;
  if (wanted !== undefined) return fields.find(({ id }) => id === wanted);
  return fields.find((each) => isCode(each, field));
}

/** A field that an earlier setup has made: with the code, or without one under one of our names. */
export function findOwnField(
  fields: readonly CustomField[],
  field: ContactFieldName,
): CustomField | undefined {
  const ours = Object.values(names).map((of) => of[field]);
  return (
    fields.find((each) => isCode(each, field)) ??
    fields.find(
      ({ code, name, type }) => (code ?? "") === "" && type === types[field] && ours.includes(name),
    )
  );
}

/** Whether the sender can find the field by its code. */
export function isCode({ code }: CustomField, field: ContactFieldName): boolean {
  return code === contactFieldCodes[field];
}
