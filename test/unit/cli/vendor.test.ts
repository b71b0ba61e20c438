import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connectChannel, disconnectChannel } from "../../../cli/amocrm/connection.ts";
import { inWordsOf, vendorOf } from "../../../cli/amocrm/vendor.ts";
import { judgeAll } from "../../../cli/doctor/check.ts";
import { allChecks } from "../../../cli/commands/doctor.ts";
import { factsOf, inWordsFor, linesOf } from "../../../cli/doctor/report.ts";
import { letterFactsOf, writeLetter } from "../../../cli/letter.ts";
import { whatIsLeft } from "../../../cli/setup/set-up.ts";
import { answered, healthy, known, notKnown, silent } from "./doctor/facts.ts";
import { aStage, failureOf, startVendor } from "./support.ts";

const pages = {
  amoCRM: {
    origins: ["https://shop.amocrm.ru", "https://shop.amocrm.com", "http://127.0.0.1:1"],
    registration: "https://www.amocrm.ru/developers/content/chats/chat-start",
    token: "https://www.amocrm.ru/developers/content/oauth/step-by-step",
    tab: "Ключи и доступы",
    unsorted: "Неразобранное",
  },
  Kommo: {
    origins: ["https://shop.kommo.com"],
    registration: "https://developers.kommo.com/reference/register-channel",
    token: "https://developers.kommo.com/docs/long-lived-token",
    tab: "Keys and scopes",
    unsorted: "Incoming leads",
  },
};
const vendors = Object.entries(pages).flatMap(([name, { origins, ...at }]) =>
  origins.map((amocrmOrigin) => ({ name, amocrmOrigin, ...at })),
);
const kommo = aStage({ amocrmOrigin: "https://shop.kommo.com" });

test.each(vendors)("an account at $amocrmOrigin is at $name, with its pages", (row) => {
  expect(vendorOf(aStage({ amocrmOrigin: row.amocrmOrigin }))).toEqual({
    name: row.name,
    registrationPage: row.registration,
    tokenPage: row.token,
    keysTab: row.tab,
    unsorted: row.unsorted,
  });
});

test("a text names the vendor, and the names of settings and commands stay", () => {
  const text = "amoCRM refuses amocrm.origin: npx bridge secret set amocrm-api";

  expect(inWordsOf(vendorOf(kommo), text)).toBe(
    "Kommo refuses amocrm.origin: npx bridge secret set amocrm-api",
  );
});

describe("bridge doctor", () => {
  /** Many faults at once, so that most sentences appear. */
  const troubles = [
    { account: known(answered(401)), contactChats: known(answered(403)), chats: known(silent) },
    { account: known(answered(403)), chats: known(answered(404)), contactChats: notKnown },
    { account: known(silent), chats: known(answered(403)), clocks: known({ amoCRM: 900_000 }) },
  ];
  const findings = (amocrmOrigin: string) =>
    troubles.flatMap((trouble) => {
      const facts = { ...healthy, ...trouble, stage: { ...healthy.stage, amocrmOrigin } };
      return inWordsFor(vendorOf(facts.stage), judgeAll(allChecks, facts));
    });

  test.each(vendors)("names $name and its pages for $amocrmOrigin", (row) => {
    const printed = linesOf(findings(row.amocrmOrigin)).join("\n");

    expect(printed).toContain(`${row.name} sends no hooks and accepts no messages`);
    expect(printed).toContain(`in the tab "${row.tab}" of the integration (${row.token})`);
    expect(printed).toContain(
      `send ${row.name} support the integration's id for this channel (${row.registration})`,
    );
  });

  test("names amoCRM nowhere for an account at Kommo, also in --json", () => {
    const found = findings(kommo.amocrmOrigin);

    expect(linesOf(found).join("\n")).not.toMatch(/amoCRM|amocrm\.ru/);
    expect(JSON.stringify(found.map(factsOf))).not.toMatch(/amoCRM|amocrm\.ru/);
    expect(found.map(({ check }) => check.id)).toContain("secret-amocrm-api");
  });
});

describe("the letter", () => {
  const facts = letterFactsOf(kommo);

  test("to Kommo's support is in English and has Kommo's 15th point", async () => {
    const { language, text, missing } = await writeLetter(facts);

    expect(language).toBe("en");
    expect(text).toContain(
      "14. Voice messages: yes, in both directions\n15. Maximum size of a file: 50 MB\n",
    );
    expect(missing.join("\n")).toContain('from its tab "Keys and scopes" in Kommo');
    expect(missing.join("\n")).not.toContain("amoCRM");
  });

  test("to amoCRM's support has no 15th point", async () => {
    const { text, missing } = await writeLetter(letterFactsOf(aStage()));

    expect(text).not.toMatch(/^15\./m);
    expect(missing.join("\n")).toContain('from its tab "Ключи и доступы" in amoCRM');
  });

  test("in Russian to Kommo's support has the 15th point, too", async () => {
    expect((await writeLetter(facts, "ru")).text).toContain(
      "\n15. Максимальный размер файла: 50 МБ\n",
    );
  });
});

test("bridge setup says whose support sends the channel's bot", () => {
  expect(whatIsLeft(kommo)).toEqual([expect.stringContaining("the bot from Kommo support")]);
  expect(whatIsLeft(aStage())).toEqual([expect.stringContaining("the bot from amoCRM support")]);
});

describe("a refusal by Kommo", () => {
  let vendor: Awaited<ReturnType<typeof startVendor>>;
  beforeAll(async () => {
    vendor = await startVendor();
  });
  afterAll(() => vendor.close());
  const channel = { channelId: "f90ba33d", current: "hunter2-hunter2" };
  const account = { accountId: "af9945ff", title: undefined };
  const now = new Date("2021-12-15T23:12:55Z");

  test.each([
    {
      status: 400,
      says: "Kommo refused the connection (400); only accounts that you named to Kommo",
    },
    { status: 404, says: "Kommo has no channel f90ba33d (404)" },
    { status: 500, says: "Kommo answered the connection with 500" },
    { status: 302, says: "Kommo answered the connection with a redirect (302)" },
    { status: 200, says: "Kommo answered the connection in an unknown format" },
  ])("of the connection with $status names Kommo", async ({ status, says }) => {
    vendor.answer = { status, body: "", headers: {} };
    const stage = { ...kommo, amojoOrigin: vendor.origin };

    const failure = await failureOf(connectChannel(stage, channel, account, now));

    expect(failure).toContain(says);
    expect(failure).not.toContain("amoCRM");
  });

  test("of the disconnection names Kommo", async () => {
    vendor.answer = { status: 500, body: "", headers: {} };
    const stage = { ...kommo, amojoOrigin: vendor.origin };

    expect(await failureOf(disconnectChannel(stage, channel, "af9945ff", now))).toContain(
      "Kommo answered the disconnection with 500",
    );
  });
});
