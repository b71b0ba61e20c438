import type { MessageContent } from "../../model/content.ts";
import { isObject, valueAt } from "../untrusted.ts";
import { renderText } from "./entities.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A poll's words, a line each: question, description, options, explanation. */
export function wordsOfPoll(poll: unknown): string {
  const lines = [
    linkedText(poll, "question", undefined),
    linkedText(poll, "description", valueAt(poll, "media")),
    ...optionsOf(poll).map((option) => optionText(option)),
    linkedText(poll, "explanation", valueAt(poll, "explanation_media")),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** The files and places of a poll: the question's, those of the options with their words, the explanation's. */
export function mediaOfPoll(
  poll: unknown,
  contentsOf: (media: Fields) => readonly MessageContent[],
): readonly MessageContent[] {
  const of = (media: unknown) => {
    if (!isObject(media)) return [];
    // A link stands among the words. No media are a poll; such nesting would have no end.
    const { link: _link, poll: _poll, ...shown } = media;
    return Object.keys(shown).length === 0 ? [] : contentsOf(shown);
  };
  return [
    ...of(valueAt(poll, "media")),
    ...optionsOf(poll).flatMap((option) => {
      const [first, ...others] = of(valueAt(option, "media"));
      if (first === undefined) return [];
      const text = optionText(option);
      return [first.type === "media" ? { ...first, text } : first, ...others];
    }),
    ...of(valueAt(poll, "explanation_media")),
  ];
}

function optionsOf(poll: unknown): readonly unknown[] {
  const options = valueAt(poll, "options");
  return Array.isArray(options) ? options : [];
}

function optionText(option: unknown): string {
  return `○ ${linkedText(option, "text", valueAt(option, "media"))}`;
}

/** A text with its entities, and the address that a poll has in place of a picture. */
function linkedText(holder: unknown, field: string, media: unknown): string {
  const text = valueAt(holder, field);
  const words =
    typeof text === "string" ? renderText(text, valueAt(holder, `${field}_entities`)) : "";
  const url = valueAt(media, "link", "url");
  return [words, typeof url === "string" ? `(${url})` : ""].filter((part) => part !== "").join(" ");
}
