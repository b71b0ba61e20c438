import { describe, expect, test } from "@jest/globals";
import {
  incompleteness,
  languageOfSupport,
  letterFactsOf,
  letterLanguages,
  writeLetter,
} from "../../../cli/letter.ts";
import { readStages } from "../../../infra/settings/read-stages.ts";
import { aStage } from "./support.ts";

const registration = {
  serviceName: "Flower Shop",
  email: "bridge@shop.example",
  accountId: 29654321,
  integrationId: "7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b",
  icon: "infra/icon.svg",
};
const complete = letterFactsOf(aStage({ registration, mediaDays: 90 }));

describe.each(letterLanguages)("the letter in %s", (language) => {
  const answerTo = async (point: number) => {
    const { text } = await writeLetter(complete, language);
    return text.split("\n").find((line) => line.startsWith(`${point}. `)) ?? "";
  };

  test("answers all 14 points in order, without blanks", async () => {
    const { text, missing } = await writeLetter(complete, language);
    const numbers = [...text.matchAll(/^(\d+)\. \S.*: \S/gm)].map(([, number]) => Number(number));

    expect(numbers).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(text).not.toContain("__");
    expect(missing).toEqual([]);
  });

  test.each([
    { point: 1, says: "Flower Shop" },
    { point: 2, says: "https://api.example/amocrm/:scope_id" },
    { point: 3, says: "29654321" },
    { point: 4, says: /: (no|нет), / },
    { point: 5, says: /: (no|нет)$/ },
    { point: 6, says: "bridge@shop.example" },
    { point: 8, says: registration.integrationId },
    { point: 9, says: /: (none|нет), / },
    { point: 10, says: /: (no|нет), / },
    { point: 11, says: /: (yes|да), .*90/ },
    { point: 12, says: /: (yes|да)/ },
    { point: 13, says: /: (yes|да)/ },
    { point: 14, says: /: (yes|да)/ },
  ])("point $point is answered with $says", async ({ point, says }) => {
    expect(await answerTo(point)).toMatch(says);
  });

  test("contains subject, icon and account, and requests hooks v2 and the channel's bot", async () => {
    const { text, subject } = await writeLetter(complete, language);
    const [first, second] = text.split("\n");

    expect(first).toContain(subject);
    expect(subject).toContain("Flower Shop");
    expect(second).toContain("infra/icon.svg");
    for (const words of ["https://account.example", "v2"]) expect(text).toContain(words);
    expect(text).toMatch(/register a bot|зарегистрировать бота/);
  });

  test("has blanks for facts that the stage lacks, and lists the settings", async () => {
    const letter = await writeLetter(letterFactsOf(aStage()), language);

    expect(letter.text.match(/__________/g)).toHaveLength(6); // subject, icon and four answers
    expect(letter.missing.map((each) => each.split(":")[0])).toEqual(
      ["serviceName", "email", "accountId", "integrationId"].map(
        (setting) => `amocrm.registration.${setting}`,
      ),
    );
    expect(incompleteness(letter)).toContain("fill in infra/stages.ts");
  });
});

test("the letter of a laptop run with the real amoCRM is incomplete, because amoCRM cannot call this machine", async () => {
  const ofLaptop = { ...complete, webhooks: { url: "http://127.0.0.1:8080" } };

  expect((await writeLetter(ofLaptop, "en")).missing).toEqual([
    "http://127.0.0.1:8080/amocrm/:scope_id: amoCRM calls https addresses only, and this one is of this machine",
  ]);
  const simulated = { ...ofLaptop, amojoOrigin: "http://127.0.0.1:1" };
  expect((await writeLetter(simulated, "en")).missing).toEqual([]);
});

test.each([
  { amocrmOrigin: "https://shop.amocrm.ru", language: "ru" },
  { amocrmOrigin: "https://shop.kommo.com", language: "en" },
])("the letter to the support of $amocrmOrigin is in $language", ({ amocrmOrigin, language }) => {
  expect(languageOfSupport(aStage({ amocrmOrigin }))).toBe(language);
});

describe("the icon", () => {
  test("of the repository can be attached", async () => {
    expect((await writeLetter(complete)).missing).toEqual([]);
  });

  test.each([
    { icon: "infra/nobody.svg", says: "there is no file infra/nobody.svg" },
    { icon: "package-lock.json", says: "package-lock.json has more than 100 KB" },
    { icon: "package.json", says: "package.json is no SVG file" },
  ])("$icon is refused: $says", async ({ icon, says }) => {
    const letter = await writeLetter({ ...complete, registration: { ...registration, icon } });

    expect(incompleteness(letter)).toContain(`amocrm.registration.icon: ${says}`);
  });
});

describe("the registration in infra/stages.ts", () => {
  const { icon: _, ...needed } = registration;
  const bridge = (botId: string, change: object = {}) => ({
    telegram: { botId },
    amocrm: { origin: "https://a.amocrm.ru", registration: { ...needed, ...change } },
    operatorLanguage: "en",
  });
  const readBridges = (bridges: Record<string, object>) =>
    readStages({ dev: { region: "eu-central-1", retainData: false, bridges } });
  const read = (change: object) => readBridges({ main: bridge("1", change) });

  test("has a default icon", () => {
    expect(read({})["dev"]?.bridges["main"]?.amocrm.registration).toEqual(registration);
  });

  test("needs a separate integration, because two channels of one integration disturb each other", () => {
    expect(() => readBridges({ main: bridge("1"), second: bridge("2") })).toThrow(
      'Stage "dev", bridge "second", amocrm.registration.integrationId: expected a separate integration, this one belongs to bridge "main" of stage "dev".',
    );
  });

  test.each([
    { change: { serviceName: "1C" }, says: "expected Latin letters" },
    { change: { serviceName: "Цветы" }, says: "expected Latin letters" },
    { change: { serviceName: "" }, says: "expected Latin letters" },
    { change: { email: "shop" }, says: "expected an e-mail address" },
    { change: { accountId: "af9945ff" }, says: "expected the account's number" },
    { change: { accountId: 0 }, says: "expected the account's number" },
    { change: { integrationId: "29654321" }, says: "expected the integration's id" },
    { change: { icon: "icon.png" }, says: "expected a path inside the repository" },
    { change: { icon: "/etc/icon.svg" }, says: "expected a path inside the repository" },
    { change: { phone: "1" }, says: "there is no setting phone" },
  ])("$change is refused: $says", ({ change, says }) => {
    expect(() => read(change)).toThrow(says);
  });
});
