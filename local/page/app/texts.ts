import { signal } from "@preact/signals";
import { filled } from "./catalogue.ts";
import type { Catalogue, Language } from "./catalogue.ts";
import { conversation } from "./conversation/texts.ts";
import { desk } from "./desk/texts.ts";
import { phone } from "./phone/texts.ts";
import { way } from "./way/texts.ts";

const common = {
  title: { en: "The bridge on this machine", ru: "Мост на этом компьютере" },
  connecting: { en: "No run answers. Trying again …", ru: "Запуск не отвечает. Пробую снова…" },
  light: { en: "Light", ru: "Светлая" },
  dark: { en: "Dark", ru: "Тёмная" },
  theme: { en: "Colours", ru: "Оформление" },
  language: { en: "Language", ru: "Язык" },
  close: { en: "Close", ru: "Закрыть" },
} as const satisfies Catalogue;

const texts = { ...common, ...conversation, ...phone, ...desk, ...way } as const;
export type TextName = keyof typeof texts;

/** The language of the page: the stored choice, else the browser's. */
export const language = signal<Language>("en");

/** The text in the page's language, with the values in their places. */
export function t(name: TextName, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(texts[name][language.value], values);
}
