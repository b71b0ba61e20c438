import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { wordsOf } from "../../../lambdas/telegram/decode/content.ts";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { kindOf } from "../../../lambdas/telegram/decode/origin.ts";
import type { MessageContent } from "../../../lambdas/model/content.ts";
import type { TelegramEvent } from "../../../lambdas/model/message.ts";
import { botId } from "../../support/events.ts";

const root = new URL("../../../", import.meta.url);
const fixtures = new URL("test/fixtures/telegram/", root);
const page = readFileSync(new URL("docs/message-kinds.md", root), "utf8");

/** The rows of the tables under a heading, cell by cell, without code marks. */
const rowsUnder = (heading: string) => {
  const [, section = ""] = page.split(`## ${heading}\n`);
  return (section.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => (/^(`+) ?(.*?) ?\1/.exec(cell.trim())?.[2] ?? "").replaceAll("\\|", "|")),
    );
};
const fromCustomers = rowsUnder("From customers").map(([kind = "", shown = "", words = ""]) => ({
  kind,
  shown,
  words,
}));

/** The content fields of a Message in grammY's types. */
const contentFields = () => {
  const types = readFileSync(new URL("node_modules/@grammyjs/types/message.d.ts", root), "utf8");
  const [, body = ""] = /export interface Message extends [^{]*\{([^]*?)\n\}/.exec(types) ?? [];
  const fields = [...body.matchAll(/^ {4}([a-z_]+)\??:/gm)].map(([, name = ""]) => name);
  return fields.filter((field) => field === "text" || kindOf({ [field]: {} }) === field);
};

const formOf = (content: MessageContent) => {
  const form = content.type === "media" ? content.media.kind : content.type;
  return form === "unsupported" ? "placeholder" : form;
};

/** The row's description of an event: how it is shown, and the text next to it. */
const described = (event: TelegramEvent) => {
  switch (event.kind) {
    case "message":
    case "edit": {
      const { content, further = [], quote, forwardedFrom, choice } = event;
      const about = [
        [content, ...further].map(formOf).join(" + "),
        event.kind === "edit" ? "edit" : "",
        quote === undefined ? "" : "quote",
        forwardedFrom === undefined ? "" : "forwarded",
        choice === undefined ? "" : "choice",
      ];
      const words = wordsOf(content).replaceAll("\n", " ⏎ ");
      return { shown: about.filter(Boolean).join(", "), words };
    }
    case "reaction":
      return { shown: "reaction", words: [...event.added, ...event.removed].join(" ") };
    case "unsupported-chat":
      return { shown: `refusal in the ${event.place}`, words: "" };
    case "membership":
      return { shown: event.reachability, words: "" };
    case "ignored":
    case "not-understood":
      return { shown: "nothing", words: "" };
  }
};

describe("the table of everything a customer can send", () => {
  test("covers every content field that the Bot API has", () => {
    expect(contentFields().length).toBeGreaterThan(70);
  });

  test.each(contentFields())("has a row for %s", (field) => {
    expect(fromCustomers.map(({ kind }) => kind)).toContain(field);
  });

  test.each(fromCustomers)("is correct for $kind", ({ kind, shown, words }) => {
    const update = readFileSync(new URL(`${kind}.json`, fixtures));

    expect({ shown, words }).toEqual(described(decodeUpdate(update, botId)));
  });

  test("has every example exactly once", () => {
    const examples = readdirSync(fixtures).map((name) => name.replace(/\.json$/, ""));

    expect(fromCustomers.map(({ kind }) => kind).sort()).toEqual(examples.sort());
  });
});

describe("the table of everything an operator can send", () => {
  test.each([
    "text",
    "picture",
    "video",
    "file",
    "voice",
    "audio",
    "sticker",
    "several attachments",
    "quote",
    "reaction",
    "typing",
    "buttons",
    "list message",
    "template",
  ])("has a row for %s", (kind) => {
    expect(rowsUnder("From operators").map(([name]) => name)).toContain(kind);
  });
});
