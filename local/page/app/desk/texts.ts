import type { Catalogue } from "../texts.ts";

export const desk = {
  deskTitle: { en: "The operator's desk", ru: "Рабочее место оператора" },
} as const satisfies Catalogue;
