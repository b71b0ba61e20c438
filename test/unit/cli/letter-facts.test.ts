import { describe, expect, test } from "@jest/globals";
import type { DeployedStack } from "../../../cli/aws/describe-stack.ts";
import { CommandFailure } from "../../../cli/command.ts";
import { writeLetter, incompleteness } from "../../../cli/letter.ts";
import { readLetterFacts } from "../../../cli/commands/registration-letter.ts";
import { readStages } from "../../../infra/settings/read-stages.ts";
import { failureOf } from "./support.ts";

const registration = {
  serviceName: "Flower Shop",
  email: "bridge@shop.example",
  accountId: 29654321,
  integrationId: "7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b",
};
const bridge = (botId: string) => ({
  telegram: { botId },
  amocrm: { origin: "https://shop.kommo.com", amojoOrigin: "https://amojo.kommo.com" },
  operatorLanguage: "en",
});
const stages = readStages({
  dev: {
    account: "111122223333",
    region: "eu-central-1",
    retainData: false,
    mediaDays: 90,
    bridges: {
      hosted: {
        ...bridge("1"),
        amocrm: { ...bridge("1").amocrm, registration },
        domain: {
          host: "bridge.example.com",
          certificateArn: `arn:aws:acm:eu-central-1:111122223333:certificate/${"0".repeat(36)}`,
        },
      },
      plain: bridge("2"),
    },
  },
});
const stack = (differing: Partial<DeployedStack> = {}): DeployedStack => ({
  account: "111122223333",
  outputs: { WebhookUrl: "https://abc123.execute-api.eu-central-1.amazonaws.com" },
  isTerminationProtected: false,
  ...differing,
});
const noCall = async () => Promise.reject(new Error("asked AWS"));

describe("the facts of the letter before the first deployment", () => {
  test("of a bridge with its own host are complete, and need no call of AWS", async () => {
    const named = await readLetterFacts({ stage: "dev", bridge: "hosted" }, stages, noCall);
    const letter = await writeLetter(named);

    expect(named).toMatchObject({ name: "dev", bridge: "hosted" });
    expect(letter.text).toContain("2. Webhook URL: https://bridge.example.com/amocrm/:scope_id\n");
    expect(letter.text).toContain("work for 90 days");
    expect(letter.text).not.toContain("__");
    expect(letter.missing).toEqual([]);
  });

  test.each<{ name: string; describe: () => Promise<DeployedStack | undefined>; why: string }>([
    {
      name: "no stack",
      describe: async () => undefined,
      why: "the stack dev-plain-telegram-bridge is not in eu-central-1 yet",
    },
    {
      name: "no AWS credentials",
      describe: async () => {
        throw new CommandFailure("cannot look up the stack: there are no usable AWS credentials");
      },
      why: "cannot look up the stack: there are no usable AWS credentials",
    },
    {
      name: "a stack in another account",
      describe: async () => stack({ account: "999999999999" }),
      why: "the AWS credentials are for another account than 111122223333",
    },
    {
      name: "a stack that is being created",
      describe: async () => stack({ outputs: {} }),
      why: "the stack dev-plain-telegram-bridge has no address yet",
    },
  ])("of a bridge without a host and with $name: a blank and the reason", async (row) => {
    const facts = await readLetterFacts({ stage: "dev", bridge: "plain" }, stages, row.describe);
    const letter = await writeLetter(facts);

    expect(letter.text).toContain("2. Webhook URL: https://__________/amocrm/:scope_id\n");
    expect(letter.missing.at(-1)).toBe(
      `domain.host: the host of the webhooks. Without it, AWS chooses the address at the first deployment, and ${row.why}`,
    );
    expect(incompleteness(letter)).toContain(row.why);
  });

  test("of a bridge without a host come from its stack, once it is deployed", async () => {
    const asked: unknown[] = [];
    const facts = await readLetterFacts(
      { stage: "dev", bridge: "plain" },
      stages,
      async (...it) => {
        asked.push(it);
        return stack();
      },
    );

    expect(asked).toEqual([["dev-plain-telegram-bridge", { region: "eu-central-1" }]]);
    expect(facts.webhooks).toEqual({
      url: "https://abc123.execute-api.eu-central-1.amazonaws.com",
    });
  });

  test("need the name of one bridge of several", async () => {
    const work = readLetterFacts({ stage: "dev", bridge: undefined }, stages, noCall);

    expect(await failureOf(work)).toBe(
      "UsageError: stage dev has the bridges hosted, plain: choose one with --bridge",
    );
  });
});
