import { RegionInfo } from "aws-cdk-lib/region-info";
import { expect, test } from "@jest/globals";
import { readStages } from "../../infra/settings/read-stages.ts";
import { regions } from "../../infra/settings/regions.ts";

const bridge = {
  telegram: { botId: "1000000001" },
  amocrm: { origin: "https://example.amocrm.ru" },
  operatorLanguage: "ru",
};
const domain = {
  host: "bridge.shop.com",
  certificateArn:
    "arn:aws:acm:eu-central-2:111122223333:certificate/00000000-0000-0000-0000-000000000001",
};
const stage = { region: "eu-central-1", retainData: false, bridges: { main: bridge } };
const withStage = (change: object) => ({ dev: { ...stage, ...change } });
const withBridge = (change: object) => withStage({ bridges: { main: { ...bridge, ...change } } });

/** Mistakes that a person makes in the first stage, with the whole answer. */
const mistakes = [
  {
    mistake: "no stage at all",
    stages: {},
    answer:
      'Stages: expected at least one stage, such as { dev: { region: "eu-central-1", retainData: false, bridges: { main: { telegram: { botId: "1000000001" }, amocrm: { origin: "https://example.amocrm.ru" }, operatorLanguage: "ru" } } } }.',
  },
  {
    mistake: "a stage without a bridge",
    stages: withStage({ bridges: {} }),
    answer:
      'Stage "dev", bridges: expected at least one bridge, such as { main: { telegram: { botId: "1000000001" }, amocrm: { origin: "https://example.amocrm.ru" }, operatorLanguage: "ru" } }.',
  },
  {
    mistake: "a misspelt region",
    stages: withStage({ region: "eu-centrall-1" }),
    answer:
      'Stage "dev", region: expected an AWS region such as eu-central-1; did you mean "eu-central-1"?',
  },
  {
    mistake: "a region of another partition",
    stages: withStage({ region: "us-gov-west-1" }),
    answer:
      'Stage "dev", region: expected a commercial region such as eu-central-1: the bridge does not support AWS in China, GovCloud or a sovereign cloud.',
  },
  {
    mistake: "another site for the account's address",
    stages: withBridge({ amocrm: { origin: "https://example.com" } }),
    answer:
      'Stage "dev", bridge "main", amocrm.origin: expected the account\'s own https address such as https://example.amocrm.ru: a host before amocrm.ru, amocrm.com or kommo.com.',
  },
  {
    mistake: "an account of Kommo with amoCRM's chat service",
    stages: withBridge({
      amocrm: { origin: "https://example.kommo.com", amojoOrigin: "https://amojo.amocrm.ru" },
    }),
    answer:
      'Stage "dev", bridge "main", amocrm.amojoOrigin: expected "https://amojo.kommo.com", the chat service of amocrm.origin.',
  },
  {
    mistake: "a budget where CloudFormation has none",
    stages: withStage({
      region: "eu-central-2",
      retainData: true,
      protect: true,
      alarmEmail: "alarms@example.com",
      bridges: { main: { ...bridge, domain } },
    }),
    answer:
      'Stage "dev", monthlyBudgetUsd: expected 0: CloudFormation cannot make a budget in eu-central-2; make it yourself in us-east-1.',
  },
  {
    mistake: "a setting's name in lower case",
    stages: withBridge({ handoff: "always" }),
    answer: 'Stage "dev", bridge "main": there is no setting handoff; did you mean "handOff"?',
  },
  {
    mistake: "a near miss of a value",
    stages: withBridge({ handOff: "on request" }),
    answer:
      'Stage "dev", bridge "main", handOff: expected "always" or "on-request"; did you mean "on-request"?',
  },
  {
    mistake: "a setting in the wrong group",
    stages: withBridge({ origin: "https://example.amocrm.ru" }),
    answer: 'Stage "dev", bridge "main": there is no setting origin here; it belongs to amocrm.',
  },
  {
    mistake: "the bot's token in place of its number",
    stages: withBridge({ telegram: { botId: "1000000001:AAsecret" } }),
    answer:
      'Stage "dev", bridge "main", telegram.botId: expected digits only: the bot\'s number, not its token.',
  },
  {
    mistake: "a truth value in quotes",
    stages: withStage({ retainData: "true" }),
    answer: 'Stage "dev", retainData: expected true or false, without quotes.',
  },
  {
    mistake: "a setting that does not exist",
    stages: withStage({ vpc: "vpc-1" }),
    answer: 'Stage "dev": there is no setting vpc; docs/settings.md lists all.',
  },
  {
    mistake: "a tag in AWS's own namespace",
    stages: withStage({ tags: { "aws:team": "care" } }),
    answer:
      'Stage "dev", tags.aws:team: expected no name or value that begins with aws: AWS reserves it.',
  },
  {
    mistake: "a host that AWS gave",
    stages: withBridge({
      mediaDomain: {
        host: "d111111abcdef8.cloudfront.net",
        certificateArn: `arn:aws:acm:us-east-1:111122223333:certificate/${"0".repeat(36)}`,
      },
    }),
    answer:
      'Stage "dev", bridge "main", mediaDomain.host: expected a public host of your own such as files.example.com, not one of AWS, amoCRM or Telegram, and not a private name.',
  },
];

test.each(mistakes)("$mistake is answered with what to write", ({ stages, answer }) => {
  let said = "";
  try {
    readStages(stages);
  } catch (error) {
    said = String(error).replace("StageSettingsError: ", "");
  }

  expect(said).toBe(answer);
});

test("the regions are those of aws-cdk-lib in the commercial partition", () => {
  const known = RegionInfo.regions.filter(({ partition }) => partition === "aws");

  expect(regions).toEqual(known.map(({ name }) => name).toSorted());
});
