import type { Catalogue } from "../texts.ts";

export const way = {
  wayTitle: { en: "The way between", ru: "Путь сообщения" },
} as const satisfies Catalogue;
