import { describe, expect, test } from "@jest/globals";
import {
  caretakerEnvironment,
  deliverySenderEnvironment,
  hosts,
  readEnvironment,
  vendorAddress,
  vendorOrigin,
} from "../../../lambdas/compose/environment.ts";
import type { DeliverySenderVariables } from "../../../lambdas/compose/environment.ts";

const sender: DeliverySenderVariables = {
  POWERTOOLS_METRICS_NAMESPACE: "test-main-telegram-bridge",
  TELEGRAM_BOT_ID: "700",
  TELEGRAM_BOT_TOKEN_SECRET_ID: "bot-token",
  TELEGRAM_API_ROOT: "https://api.telegram.org",
  AMOCRM_CHANNEL_SECRET_ID: "channel",
  AMOCRM_API_TOKEN_SECRET_ID: "api-token",
  DEEP_LINK_KEY_SECRET_ID: "deep-link",
  AMOJO_ORIGIN: "https://amojo.amocrm.ru",
  AMOCRM_ORIGIN: "https://example.amocrm.ru/",
  CONTACT_FIELDS: "{}",
  LEADS: "",
  AMOCRM_BOT_ID: "",
  AMOCRM_BOT_NAME: "",
  OPERATOR_LANGUAGE: "ru",
  TEXTS: '{"ru":{"greeting":"Привет"}}',
  HAND_OFF: "always",
  ASK_PHONE: "never",
  WORKING_HOURS: "",
  UNANSWERED: "",
  CLOSE_TALKS: "",
  REASSURE_CUSTOMERS: "no",
  TO_AMOCRM_QUEUE_URL: "https://sqs.example/1/to-amocrm.fifo",
  TO_TELEGRAM_QUEUE_URL: "https://sqs.example/1/to-telegram.fifo",
  CONVERSATIONS_TABLE: "conversations",
  DELIVERIES_TABLE: "deliveries",
  BODIES_BUCKET: "bodies",
  MEDIA_BUCKET: "media",
  MEDIA_BASE_URL: "https://d111111abcdef8.cloudfront.net",
  MEDIA_ALLOWED_HOSTS: "amojo.amocrm.ru,*.amocrm.ru",
  TO_TELEGRAM_CONCURRENCY: "5",
  LEASE_SECONDS: "65",
};
const problemsOf = (variables: Readonly<Record<string, string | undefined>>) => {
  try {
    readEnvironment(deliverySenderEnvironment, variables);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the environment of a function", () => {
  test("is read as values", () => {
    expect(readEnvironment(deliverySenderEnvironment, sender)).toMatchObject({
      LEASE_SECONDS: 65,
      OPERATOR_LANGUAGE: "ru",
      AMOCRM_ORIGIN: "https://example.amocrm.ru",
    });
  });

  test("may have variables that the function does not use", () => {
    expect(
      readEnvironment(deliverySenderEnvironment, { ...sender, PATH: "/bin" }),
    ).not.toHaveProperty("PATH");
  });

  test.each([
    { name: "the sender", schema: deliverySenderEnvironment },
    { name: "the caretaker", schema: caretakerEnvironment },
  ])("of $name, when empty, is an error that names all the missing settings", ({ schema }) => {
    const read = () => readEnvironment(schema, {});

    const names = Object.keys(schema.shape);
    expect(names).toContain("DELIVERIES_TABLE");
    for (const name of names) expect(read).toThrow(`${name}: `);
  });

  test("names every problem and prints no value", () => {
    const problems = problemsOf({
      ...sender,
      TELEGRAM_API_ROOT: "canary-address",
      OPERATOR_LANGUAGE: "canary-language",
      LEASE_SECONDS: "canary-seconds",
      DELIVERIES_TABLE: "",
    });

    expect(problems).toMatch(
      /TELEGRAM_API_ROOT: .*OPERATOR_LANGUAGE: .*DELIVERIES_TABLE: .*LEASE_SECONDS: /,
    );
    expect(problems).not.toContain("canary");
  });

  test.each(["0", "-1", "6.5", "65s", " 65", ""])(
    "rejects a lease of '%s' seconds",
    (LEASE_SECONDS) => {
      expect(problemsOf({ ...sender, LEASE_SECONDS })).toMatch(
        /^Environment variables: LEASE_SECONDS: /,
      );
    },
  );

  test.each(["0700", "-700", "0", "700:token", "seven"])(
    "rejects the bot id '%s'",
    (TELEGRAM_BOT_ID) => {
      expect(problemsOf({ ...sender, TELEGRAM_BOT_ID })).toMatch(
        /^Environment variables: TELEGRAM_BOT_ID: /,
      );
    },
  );
});

describe("hosts", () => {
  test.each([
    { text: "amojo.amocrm.ru", hosts: ["amojo.amocrm.ru"] },
    { text: "amojo.amocrm.ru,*.kommo.com", hosts: ["amojo.amocrm.ru", "*.kommo.com"] },
    {
      text: "127.0.0.1:8081,localhost:1,[::1]:8",
      hosts: ["127.0.0.1:8081", "localhost:1", "[::1]:8"],
    },
  ])("$text are $hosts", (row) => {
    expect(hosts.parse(row.text)).toEqual(row.hosts);
  });

  test.each(["", "*", "*.", "a,", "a, b", "A.example", "a.example:", "https://a.example", "a/b"])(
    "'%s' are refused",
    (text) => {
      expect(hosts.safeParse(text).success).toBe(false);
    },
  );
});

describe("a vendor's address", () => {
  const accepted = (text: string) => vendorAddress.safeParse(text);

  test.each([
    { text: "https://api.telegram.org", address: "https://api.telegram.org" },
    { text: "https://api.telegram.org/", address: "https://api.telegram.org" },
    { text: "https://proxy.example/telegram//", address: "https://proxy.example/telegram" },
    { text: "http://localhost:8081", address: "http://localhost:8081" },
    { text: "http://127.0.0.1:8081", address: "http://127.0.0.1:8081" },
    { text: "http://[::1]:8081", address: "http://[::1]:8081" },
  ])("$text is $address", ({ text, address }) => {
    expect(vendorAddress.parse(text)).toBe(address);
  });

  test.each([
    "http://api.telegram.org",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://0.0.0.0",
    "ftp://localhost",
    "api.telegram.org",
    "",
    "https://api.telegram.org?x=1",
    "https://api.telegram.org#x",
    "https://user@api.telegram.org",
    "https://user:word@api.telegram.org",
    "https://:word@api.telegram.org",
  ])("'%s' is refused", (text) => {
    expect(accepted(text).success).toBe(false);
  });

  test.each([
    "https://api.telegram.org?",
    "https://api.telegram.org#",
    "https://api.telegram.org \n",
  ])("'%s' is refused, or is accepted so that a path may follow it", (text) => {
    const { success, data } = accepted(text);

    const joined = success ? `${data}/bot` : "https://api.telegram.org/bot";
    expect(URL.canParse(joined) && new URL(joined).href).toBe("https://api.telegram.org/bot");
  });

  test("an origin has no path", () => {
    expect(vendorOrigin.safeParse("https://amojo.amocrm.ru/v2").success).toBe(false);
    expect(vendorOrigin.parse("https://amojo.amocrm.ru/")).toBe("https://amojo.amocrm.ru");
  });
});
