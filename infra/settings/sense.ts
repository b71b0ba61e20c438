import type { BridgeSettings } from "./bridge-settings.ts";
import { chatServiceOf } from "./fields.ts";
import { sentence } from "./sentence.ts";
import type { StageSettings } from "./stage-settings.ts";
import { isSameTag } from "./tags.ts";
import { mostTextsBytes } from "./texts.ts";

type Problem = { readonly field: string; readonly expectation: string };

/** A tenth of the account's concurrency stays for the webhooks: amoCRM does not repeat a throttled hook. */
const forWebhooks = (quota: number) => Math.ceil(quota / 10);
/** @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2177 */
const regionWithoutBudgets = "eu-central-2";
const forCustomers = "this stage has customers";

/** Answers one sentence for each setting that has the right form but makes no sense. */
export function crossFieldProblems(
  stages: Readonly<Record<string, StageSettings>>,
): readonly string[] {
  return Object.entries(stages).flatMap(([stage, settings]) => [
    ...ofStage(stage, settings).map(({ field, expectation }) =>
      sentence({ stage, field }, expectation),
    ),
    ...Object.entries(settings.bridges).flatMap(([bridge, each]) =>
      ofBridge(each, settings, hasCustomers(stage, settings)).map(({ field, expectation }) =>
        sentence({ stage, bridge, field }, expectation),
      ),
    ),
  ]);
}

function isProduction(stage: string): boolean {
  return /^prod(?:uction)?(?:-|$)/.test(stage);
}

function hasCustomers(stage: string, { retainData }: StageSettings): boolean {
  return retainData || isProduction(stage);
}

function ofStage(stage: string, settings: StageSettings): readonly Problem[] {
  const problems: Problem[] = [];
  if (isProduction(stage) && !settings.retainData) {
    const expectation =
      "expected true: a stage with this name has customers, and their data must stay";
    problems.push({ field: "retainData", expectation });
  }
  if (settings.protect && !settings.retainData) {
    const expectation =
      "expected false: this stage retains no data; set both retainData and protect, or neither";
    problems.push({ field: "protect", expectation });
  }
  if (hasCustomers(stage, settings) && settings.alarmEmail === undefined) {
    const expectation = `expected an e-mail address: ${forCustomers}, and a person must get its alarms`;
    problems.push({ field: "alarmEmail", expectation });
  }
  const { alarmKeyArn, region, lambdaQuota, owner, tags, monthlyBudgetUsd } = settings;
  if (region === regionWithoutBudgets && settings.protect && monthlyBudgetUsd > 0) {
    const expectation = `expected 0: CloudFormation cannot make a budget in ${region}; make it yourself in us-east-1`;
    problems.push({ field: "monthlyBudgetUsd", expectation });
  }
  const ownerTag = Object.keys(tags).find((key) => isSameTag(key, "owner"));
  if (owner !== undefined && ownerTag !== undefined) {
    const expectation = `expected either this tag or the setting owner, which makes the tag "owner"`;
    problems.push({ field: `tags.${ownerTag}`, expectation });
  }
  if (alarmKeyArn !== undefined && ownerOf(alarmKeyArn)[0] !== region) {
    problems.push({ field: "alarmKeyArn", expectation: "expected a key in the stage's region" });
  }
  const most = lambdaQuota - forWebhooks(lambdaQuota);
  const sum = Object.values(settings.bridges).reduce(
    (total, { concurrency }) => total + concurrency.toAmocrm + concurrency.toTelegram,
    0,
  );
  if (sum > most) {
    const expectation = `expected concurrency of at most ${most} in total, so that a tenth of lambdaQuota stays free for the webhooks`;
    problems.push({ field: "bridges", expectation });
  }
  return problems;
}

function ofBridge(
  bridge: BridgeSettings,
  { account, region }: StageSettings,
  isForCustomers: boolean,
): readonly Problem[] {
  const { domain, mediaDomain, amocrm, handOff, newCustomer, closeTalks, unanswered } = bridge;
  const problems: Problem[] = [];
  const check = (field: string, isWrong: boolean, expectation: string) => {
    if (isWrong) problems.push({ field, expectation });
  };
  const chatService = chatServiceOf(amocrm.origin);
  check(
    "amocrm.amojoOrigin",
    amocrm.amojoOrigin !== chatService,
    `expected "${chatService}", the chat service of amocrm.origin`,
  );
  check(
    "closeTalks",
    closeTalks !== undefined && handOff === "always",
    'expected handOff "on-request" with it: where operators always answer, no talk ends here',
  );
  for (const [field, setting] of Object.entries({ closeTalks, unanswered })) {
    check(
      field,
      setting !== undefined && newCustomer.make === "leave-to-amocrm",
      'expected newCustomer.make "lead" or "contact" with it: it needs amoCRM\'s main API',
    );
  }
  check(
    "workingHours",
    bytesInVariables(bridge) > mostTextsBytes,
    `expected texts and workingHours of at most ${mostTextsBytes} bytes in total`,
  );
  check(
    "domain",
    isForCustomers && domain === undefined,
    `expected your own host: ${forCustomers}, and amoCRM support takes days to change a hook's address`,
  );
  if (domain !== undefined) {
    const [certificateRegion, certificateAccount] = ownerOf(domain.certificateArn);
    const field = "domain.certificateArn";
    check(field, certificateRegion !== region, "expected a certificate in the stage's region");
    check(field, isForeign(certificateAccount, account), inTheAccount);
    check("domain.hostedZone.name", !isInZone(domain), theZone);
  }
  if (mediaDomain !== undefined) {
    const [certificateRegion, certificateAccount] = ownerOf(mediaDomain.certificateArn);
    const field = "mediaDomain.certificateArn";
    const isElsewhere = certificateRegion !== "us-east-1";
    check(field, isElsewhere, "expected a certificate in us-east-1, which CloudFront needs");
    check(field, isForeign(certificateAccount, account), inTheAccount);
    check("mediaDomain.hostedZone.name", !isInZone(mediaDomain), theZone);
  }
  return problems;
}

/** The settings whose length a team chooses. They go into variables as JSON strings. */
function bytesInVariables({ texts, workingHours }: BridgeSettings): number {
  const written = [texts, workingHours].filter((each) => each !== undefined);
  const sizes = written.map((each) => Buffer.byteLength(JSON.stringify(JSON.stringify(each))));
  return workingHours === undefined ? 0 : sizes.reduce((sum, size) => sum + size, 0);
}

const theZone = "expected the zone that contains the host";

function isInZone({
  host,
  hostedZone,
}: Pick<NonNullable<BridgeSettings["mediaDomain"]>, "host" | "hostedZone">): boolean {
  return (
    hostedZone === undefined || host === hostedZone.name || host.endsWith(`.${hostedZone.name}`)
  );
}

const inTheAccount = "expected a certificate in the stage's account";

function ownerOf(arn: string): readonly [region: string, account: string] {
  const [, , , region = "", account = ""] = arn.split(":");
  return [region, account];
}

function isForeign(certificateAccount: string, account: string | undefined): boolean {
  return account !== undefined && certificateAccount !== account;
}
