import type { Catalogue } from "../texts.ts";

export const phone = {
  phoneTitle: { en: "The customer's phone", ru: "Телефон клиента" },
} as const satisfies Catalogue;
