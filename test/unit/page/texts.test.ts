import { expect, test } from "@jest/globals";
import { conversation } from "../../../local/page/app/conversation/texts.ts";
import { desk } from "../../../local/page/app/desk/texts.ts";
import { phone } from "../../../local/page/app/phone/texts.ts";
import { way } from "../../../local/page/app/way/texts.ts";

const catalogues = { conversation, desk, phone, way };
const all = Object.values(catalogues).flatMap((catalogue) => Object.entries(catalogue));
const marks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([mark]) => mark).sort();

test("no text of the page replaces another of the same name", () => {
  const names = all.map(([name]) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(all)("%s has the same values in both languages", (_name, { en, ru }) => {
  expect([en, ru].every((text) => text.trim() !== "")).toBe(true);
  expect(marks(ru)).toEqual(marks(en));
});
