import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { main } from "../../../../cli/main.ts";
import { countsOf, linesOf } from "../../../../cli/doctor/report.ts";
import {
  collectPreflight,
  judgePreflight,
  qualifierIn,
} from "../../../../cli/preflight/preflight.ts";
import type { Dns } from "../../../../cli/preflight/hosts.ts";
import { readStages } from "../../../../infra/settings/read-stages.ts";
import { aTerminal } from "../../../support/terminal.ts";
import { account, credentials, startFakeAws } from "../fake-aws.ts";
import { failureOf } from "../support.ts";
import { anAccount } from "./account.ts";

const certificateArn = (region: string, id: number) =>
  `arn:aws:acm:${region}:${account}:certificate/${String(id).padStart(36, "0")}`;
const ofWebhooks = certificateArn("eu-central-1", 1);
const ofMedia = certificateArn("us-east-1", 2);
const region = "eu-central-1";
const hostedZone = { id: "Z1", name: "example.com" };
const bridge = {
  telegram: { botId: "1" },
  amocrm: { origin: "https://shop.amocrm.ru" },
  operatorLanguage: "ru",
  domain: {
    host: "bridge.example.com",
    certificateArn: ofWebhooks,
    hostedZone,
  },
  mediaDomain: { host: "files.example.com", certificateArn: ofMedia },
};
const stageOf = (differing: object = {}) => {
  const stage = { account, region, retainData: false, bridges: { main: bridge }, ...differing };
  const settings = readStages({ dev: stage })["dev"];
  if (settings === undefined) throw new Error("no stage");
  return settings;
};
const issued = (...names: readonly string[]) => ({
  Status: "ISSUED",
  Type: "AMAZON_ISSUED",
  DomainName: names[0] ?? "",
  SubjectAlternativeNames: [...names],
});

let now: ReturnType<typeof anAccount>;
let names: Record<string, { aliases?: string[]; addresses?: string[]; servers?: string[] }>;
let aws: Awaited<ReturnType<typeof startFakeAws>>;
beforeAll(async () => {
  // The account changes with each test.
  const current = new Proxy({}, { get: (_, permission: string) => now.answers[permission] });
  aws = await startFakeAws(current);
});
afterAll(() => aws.close());
beforeEach(() => {
  now = anAccount();
  aws.calls.length = 0;
  aws.denied.clear();
  aws.closedRegions.clear();
  now.state.certificates[ofWebhooks] = issued("bridge.example.com");
  now.state.certificates[ofMedia] = issued("files.example.com");
  now.state.distributions = [{ id: "E1OTHER", aliases: ["other.example.com"] }];
  now.state.zones["Z1"] = {
    name: "example.com",
    isPrivate: false,
    servers: ["ns-1.awsdns-1.com", "ns-2.awsdns-2.net"],
    records: [
      ["example.com", "NS"],
      ["cats.example.com", "A"],
    ],
  };
  names = { "example.com": { servers: ["ns-2.awsdns-2.net."] } };
});

const nothing = async () => Promise.reject(Object.assign(new Error("none"), { code: "ENOTFOUND" }));
const dns: Dns = {
  nameServers: async (zone) => names[zone]?.servers ?? nothing(),
  aliases: async (host) => names[host]?.aliases ?? nothing(),
  addresses: async (host) => names[host]?.addresses ?? nothing(),
};
const collect = (settings = stageOf(), qualifier = "hnb659fds", given = credentials) =>
  collectPreflight({
    stage: "dev",
    settings,
    aws: { region, endpoint: aws.origin, credentials: given },
    qualifier,
    dns,
  });
const judge = async (...args: Parameters<typeof collect>) => judgePreflight(await collect(...args));
const findings = async (...args: Parameters<typeof collect>) =>
  Object.fromEntries((await judge(...args)).map(({ check, finding }) => [check.id, finding]));

test("an account that is ready has no fault and no warning, and the command only reads", async () => {
  const judged = await judge();

  expect(countsOf(judged)).toMatchObject({ fault: 0, warning: 0, unknown: 0 });
  expect(linesOf(judged)).toEqual(
    expect.arrayContaining(["account and region", "bridge main", "9 ok, 2 not applicable"]),
  );
  for (const call of aws.calls) expect(call).toMatch(/^[a-z0-9]+:(Get|List|Describe)/);
});

test("each service is asked in the region where the deployment needs it", async () => {
  now.state.policies.push("limits");
  await judge(stageOf({ permissionsBoundary: "limits" }));

  expect([...new Set(aws.calls)].toSorted()).toEqual([
    "acm:DescribeCertificate eu-central-1",
    "acm:DescribeCertificate us-east-1",
    "cloudformation:ListStackResources eu-central-1",
    "cloudfront:ListDistributions us-east-1",
    "cloudfront:ListResponseHeadersPolicies us-east-1",
    "ec2:DescribeRegions us-east-1",
    "iam:GetPolicy us-east-1",
    "lambda:GetAccountSettings eu-central-1",
    "route53:GetHostedZone us-east-1",
    "route53:ListResourceRecordSets us-east-1",
    "ssm:GetParameter eu-central-1",
    "sts:GetCallerIdentity us-east-1",
  ]);
});

type Row = {
  readonly when: string;
  readonly id: string;
  readonly change: () => void;
  readonly settings?: object;
  readonly state: string;
  /** Texts that the finding must contain, with its fix. */
  readonly says: readonly string[];
};
const wildcardOf = (arn: string) => () => {
  now.state.certificates[arn] = issued("*.example.com");
};
const change = (arn: string, differing: object) => () => {
  now.state.certificates[arn] = { ...issued("bridge.example.com"), ...differing };
};
const withStack = (...resources: [string, string, string?][]) => {
  now.state.stacks["dev-main-telegram-bridge"] = resources;
};

const withZone = {
  bridges: { main: { ...bridge, mediaDomain: { ...bridge.mediaDomain, hostedZone } } },
};

const rows: readonly Row[] = [
  {
    when: "the region does not exist",
    id: "region",
    change: () => delete now.state.regions[region],
    state: "fault",
    says: ["AWS has no region eu-central-1"],
  },
  {
    when: "the region is not enabled",
    id: "region",
    change: () => (now.state.regions[region] = "not-opted-in"),
    state: "fault",
    says: ["is not enabled for account", "aws account enable-region --region-name eu-central-1"],
  },
  {
    when: "an opt-in region is enabled",
    id: "region",
    change: () => (now.state.regions[region] = "opted-in"),
    state: "ok",
    says: ["enabled"],
  },
  {
    when: "CDK is not bootstrapped",
    id: "bootstrap",
    change: () => (now.state.bootstrap = {}),
    state: "fault",
    says: ["is not bootstrapped", `npx cdk bootstrap aws://${account}/eu-central-1,`],
  },
  {
    when: "only another region is bootstrapped",
    id: "bootstrap",
    change: () =>
      (now.state.bootstrap = { "us-east-1": { "/cdk-bootstrap/hnb659fds/version": "25" } }),
    state: "fault",
    says: ["is not bootstrapped in eu-central-1"],
  },
  {
    when: "the bootstrap stack is too old",
    id: "bootstrap",
    change: () => (now.state.bootstrap = { [region]: { "/cdk-bootstrap/hnb659fds/version": "5" } }),
    state: "fault",
    says: ["has version 5, the app needs 6", "npx cdk bootstrap"],
  },
  {
    when: "a new account has ten concurrent executions",
    id: "lambda-quota",
    change: () => (now.state.concurrency = 10),
    state: "fault",
    says: ["10 concurrent executions, the senders may use 12", "L-B99A9384"],
  },
  {
    when: "the account has less than the settings say, but enough",
    id: "lambda-quota",
    change: () => (now.state.concurrency = 400),
    state: "warning",
    says: ["400 concurrent executions", "lambdaQuota: 400 in infra/stages.ts"],
  },
  {
    when: "the policy for the roles is missing",
    id: "permissions-boundary",
    change: () => now.state.policies.push("limit"),
    settings: { permissionsBoundary: "limits" },
    state: "fault",
    says: ["has no policy limits", "correct permissionsBoundary"],
  },
  {
    when: "the account has no distribution",
    id: "cloudfront-account",
    change: () => (now.state.distributions = []),
    state: "unknown",
    says: ["no call shows", "Your account must be verified", "AWS Support"],
  },
  {
    when: "there are twenty headers policies",
    id: "cloudfront-policies",
    change: () => (now.state.headersPolicies = 20),
    state: "warning",
    says: ["has 20, new bridges need 1", "Service Quotas"],
  },
  {
    when: "twenty headers policies contain the bridge's own",
    id: "cloudfront-policies",
    change: () => {
      now.state.headersPolicies = 20;
      withStack(["AWS::CloudFront::ResponseHeadersPolicy", "policy"]);
    },
    state: "ok",
    says: ["has 20, new bridges need 0"],
  },
  {
    when: "there is no certificate",
    id: "webhook-certificate",
    change: () => delete now.state.certificates[ofWebhooks],
    state: "fault",
    says: [
      `there is no certificate ${ofWebhooks}`,
      "aws acm request-certificate --region eu-central-1 --domain-name bridge.example.com",
    ],
  },
  {
    when: "the certificate waits for its validation",
    id: "media-certificate",
    change: change(ofMedia, { Status: "PENDING_VALIDATION" }),
    state: "fault",
    says: ["waits for its validation", `--region us-east-1 --certificate-arn ${ofMedia}`],
  },
  {
    when: "the certificate has expired",
    id: "webhook-certificate",
    change: change(ofWebhooks, { Status: "EXPIRED" }),
    state: "fault",
    says: ["has the status EXPIRED"],
  },
  {
    when: "the certificate is for another host",
    id: "media-certificate",
    change: change(ofMedia, {}),
    state: "fault",
    says: ["is for bridge.example.com, not for files.example.com"],
  },
  {
    when: "a wildcard is two levels up",
    id: "media-certificate",
    change: change(ofMedia, { DomainName: "*.com", SubjectAlternativeNames: ["*.com"] }),
    state: "fault",
    says: ["is for *.com, not for"],
  },
  {
    when: "the webhooks have a wildcard certificate",
    id: "webhook-certificate",
    change: wildcardOf(ofWebhooks),
    state: "warning",
    says: ["Telegram does not promise"],
  },
  {
    when: "the files have a wildcard certificate",
    id: "media-certificate",
    change: wildcardOf(ofMedia),
    state: "ok",
    says: ["issued"],
  },
  {
    when: "the certificate is of a private authority",
    id: "webhook-certificate",
    change: change(ofWebhooks, { Type: "PRIVATE" }),
    state: "fault",
    says: ["private authority", "do not accept it"],
  },
  {
    when: "the certificate was imported",
    id: "webhook-certificate",
    change: change(ofWebhooks, { Type: "IMPORTED" }),
    state: "warning",
    says: ["was imported", "ACM does not renew it"],
  },
  {
    when: "there is no such zone",
    id: "webhook-zone",
    change: () => (now.state.zones = {}),
    state: "fault",
    says: ["has no hosted zone Z1", "aws route53 list-hosted-zones"],
  },
  {
    when: "the zone has another name",
    id: "webhook-zone",
    change: () => (now.state.zones["Z1"] = { ...zone(), name: "ample.com" }),
    state: "fault",
    says: ["the zone Z1 is ample.com, not a parent of bridge.example.com"],
  },
  {
    when: "the zone is private",
    id: "webhook-zone",
    change: () => (now.state.zones["Z1"] = { ...zone(), isPrivate: true }),
    state: "fault",
    says: ["is private", "cannot find the host"],
  },
  {
    when: "the DNS leads to other name servers",
    id: "webhook-zone",
    change: () => (names["example.com"] = { servers: ["ns.registrar.example"] }),
    state: "fault",
    says: ["does not lead to the zone example.com: ns.registrar.example", "ns-1.awsdns-1.com"],
  },
  {
    when: "the DNS names no name servers",
    id: "webhook-zone",
    change: () => (names = {}),
    state: "fault",
    says: ["it names no name servers"],
  },
  {
    when: "the host has a record already",
    id: "webhook-zone",
    change: () => zone().records.push(["bridge.example.com", "CNAME"]),
    state: "fault",
    says: ["bridge.example.com already has a record (CNAME)", "delete the record"],
  },
  {
    when: "the host has the bridge's own record",
    id: "webhook-zone",
    change: () => {
      zone().records.push(["bridge.example.com", "A"]);
      withStack(["AWS::Route53::RecordSet", "bridge.example.com"]);
    },
    state: "ok",
    says: ["example.com exists"],
  },
  {
    when: "the record's stack was rolled back, and the record is another's",
    id: "webhook-zone",
    change: () => {
      zone().records.push(["bridge.example.com", "A"]);
      withStack(["AWS::Route53::RecordSet", "bridge.example.com", "DELETE_COMPLETE"]);
    },
    state: "fault",
    says: ["already has a record (A)"],
  },
  {
    when: "the files' host has an IPv6 record already, as the deployment would make",
    id: "media-zone",
    change: () => zone().records.push(["files.example.com", "AAAA"]),
    settings: withZone,
    state: "fault",
    says: ["files.example.com already has a record (AAAA)", "delete the record"],
  },
  {
    when: "the webhooks' host has an IPv6 record, which the deployment does not make",
    id: "webhook-zone",
    change: () => zone().records.push(["bridge.example.com", "AAAA"]),
    state: "ok",
    says: ["example.com exists"],
  },
  {
    when: "another distribution has the host, on the second page",
    id: "media-host",
    change: () => {
      now.state.distributions = Array.from({ length: 101 }, (_, index) => ({
        id: `E${index}`,
        aliases: index === 100 ? ["a.example.com", "files.example.com"] : [],
      }));
    },
    state: "fault",
    says: ["the distribution E100 of this account already has files.example.com"],
  },
  {
    when: "the bridge's own distribution has the host",
    id: "media-host",
    change: () => {
      now.state.distributions = [{ id: "E1OWN", aliases: ["files.example.com"] }];
      withStack(["AWS::CloudFront::Distribution", "E1OWN"]);
    },
    state: "ok",
    says: ["own distribution"],
  },
  {
    when: "the host leads to a distribution of another account",
    id: "media-host",
    change: () => (names["files.example.com"] = { aliases: ["d9.cloudfront.net"] }),
    state: "warning",
    says: ["leads to d9.cloudfront.net", "remove it there first"],
  },
  {
    when: "the host leads to a server",
    id: "media-host",
    change: () => (names["files.example.com"] = { addresses: ["192.0.2.1"] }),
    state: "warning",
    says: ["already leads to an address", "MediaDnsTarget"],
  },
  {
    when: "nothing has the host",
    id: "media-host",
    change: () => undefined,
    state: "ok",
    says: ["leads nowhere yet", "no call shows"],
  },
];

function zone() {
  const found = now.state.zones["Z1"];
  if (found === undefined) throw new Error("no zone");
  return found;
}

describe.each(rows)("when $when", ({ id, change: apply, settings, state, says }) => {
  test(`${id} is ${state}`, async () => {
    apply();
    const finding = (await findings(stageOf(settings)))[id];

    expect(finding).toMatchObject({ state });
    for (const text of says) expect(JSON.stringify(finding)).toContain(text);
  });
});

test("a region that is not enabled is one fault, and what is in it stays unknown", async () => {
  now.state.regions[region] = "not-opted-in";
  aws.closedRegions.add(region);

  const judged = await judge();

  expect(countsOf(judged)).toMatchObject({ fault: 1 });
  const found = await findings();
  for (const id of ["bootstrap", "lambda-quota", "webhook-certificate", "media-host"]) {
    expect(found[id]).toEqual({ state: "unknown", says: "eu-central-1 is not enabled" });
  }
});

test("an own qualifier has a bootstrap stack of its own", async () => {
  expect((await findings(stageOf(), "acme"))["bootstrap"]).toMatchObject({
    state: "fault",
    fix: expect.stringContaining("--qualifier acme"),
  });
  now.state.bootstrap = { [region]: { "/cdk-bootstrap/acme/version": "6" } };
  expect((await findings(stageOf(), "acme"))["bootstrap"]).toMatchObject({ state: "ok" });
});

test.each([
  ["{}", "hnb659fds"],
  ['{"context":{"@aws-cdk/core:bootstrapQualifier":"acme"}}', "acme"],
])("the qualifier of cdk.json %s is %s", (json, qualifier) => {
  expect(qualifierIn(json)).toBe(qualifier);
});

describe("a missing permission", () => {
  const permissions = [
    ["ec2:DescribeRegions", "region"],
    ["ssm:GetParameter", "bootstrap"],
    ["lambda:GetAccountSettings", "lambda-quota"],
    ["iam:GetPolicy", "permissions-boundary"],
    ["cloudfront:ListDistributions", "media-host"],
    ["cloudfront:ListDistributions", "cloudfront-account"],
    ["cloudfront:ListResponseHeadersPolicies", "cloudfront-policies"],
    ["acm:DescribeCertificate", "webhook-certificate"],
    ["route53:GetHostedZone", "webhook-zone"],
    ["route53:ListResourceRecordSets", "webhook-zone"],
    ["cloudformation:ListStackResources", "media-host"],
  ] as const;

  test.each(permissions)("%s leaves %s unknown, and is named", async (permission, id) => {
    aws.denied.add(permission);
    const finding = (await findings(stageOf({ permissionsBoundary: "limits" })))[id];

    expect(finding?.state).toBe("unknown");
    expect(finding?.says).toContain(permission);
    expect(finding?.says).toContain("the AWS credentials do not allow it");
    expect(finding?.says).not.toContain("hunter2");
  });
});

test("credentials of another account end the command with one sentence", async () => {
  expect(await failureOf(collect({ ...stageOf(), account: "999999999999" }))).toBe(
    `CommandFailure: the AWS credentials are for account ${account}, but stage dev is in 999999999999: sign in to that account`,
  );
});

test("credentials that AWS does not accept end the command with one sentence", async () => {
  const old = { ...credentials, accessKeyId: "AKIAOLD" };
  const work = collect(stageOf(), "hnb659fds", old);

  expect(await failureOf(work)).toBe(
    "CommandFailure: cannot look up the account of the AWS credentials: AWS does not accept these credentials: sign in (for example with aws sso login) and set AWS_PROFILE",
  );
});

test("hosts that the settings do not name are not applicable", async () => {
  const { domain: _, mediaDomain: __, ...plain } = bridge;
  const found = await findings(stageOf({ bridges: { main: plain } }));

  for (const id of ["webhook-certificate", "webhook-zone", "media-certificate", "media-host"]) {
    expect(found[id]?.state).toBe("not-applicable");
  }
});

describe("bridge preflight", () => {
  test.each([
    { args: [], says: "--stage is missing" },
    { args: ["--stage", "laptop"], says: "the laptop run is not deployed: choose a stage" },
    { args: ["--stage", "no-such-stage"], says: 'there is no stage "no-such-stage"' },
  ])("$args is wrong usage: $says", async ({ args, says }) => {
    const terminal = aTerminal();

    expect(await main(["preflight", ...args], terminal)).toBe(2);
    expect(terminal.errors()).toContain(says);
  });
});
