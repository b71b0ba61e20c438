import { badRequest } from "./answers.ts";

const htmlTags = new Set(
  "b strong i em u ins s strike del span tg-spoiler tg-emoji a code pre blockquote".split(" "),
);
const htmlEntities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
};

/**
 * The text of a message after formatting is parsed and the ends are trimmed. It parses HTML only to
 * check that tags are known and balanced. Of MarkdownV2 it knows only plain text with its escapes.
 */
export function readText(text: string, parseMode: string): string {
  switch (parseMode.toLowerCase()) {
    case "":
      return text.trim();
    case "html":
      return readHtml(text).trim();
    case "markdownv2":
      return readPlainMarkdown(text).trim();
    default:
      throw badRequest("unsupported parse_mode");
  }
}

function readHtml(text: string): string {
  const open: string[] = [];
  const plain = text.replace(/<[^>]*>?/g, (tag, offset: number) => {
    const at = `at byte offset ${Buffer.byteLength(text.slice(0, offset))}`;
    const [, slash, name = ""] = /^<(\/?)([a-z-]*)[^>]*>$/i.exec(tag) ?? [];
    const lower = name.toLowerCase();
    if (slash === "/") {
      if (open.pop() !== lower) throw cannotParse(`Unexpected end tag ${at}`);
    } else if (htmlTags.has(lower)) open.push(lower);
    else throw cannotParse(`Unsupported start tag "${lower}" ${at}`);
    return "";
  });
  const unclosed = open.pop();
  if (unclosed !== undefined) {
    throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed}"`);
  }
  return plain.replace(/&(?:lt|gt|amp|quot);/g, (entity) => htmlEntities[entity] ?? entity);
}

function readPlainMarkdown(text: string): string {
  return text.replace(/\\(.)|([_*[\]()~`>#+\-=|{}.!])/gs, (_match, escaped, reserved: string) => {
    if (typeof escaped === "string") return escaped;
    throw cannotParse(
      `Character '${reserved}' is reserved and must be escaped with the preceding '\\'`,
    );
  });
}

function cannotParse(detail: string): Error {
  return badRequest(`can't parse entities: ${detail}`);
}
