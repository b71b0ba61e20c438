import * as z from "zod";
import { withGuess } from "./did-you-mean.ts";
import { regions } from "./regions.ts";

/** The name of a stage or a bridge. It becomes a part of stack names and command lines. */
export const name = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9-]*$/,
      "expected lower-case letters, digits and hyphens, starting with a letter",
    ),
    z.maxLength(24, "expected at most 24 characters"),
  );

/** True or false. */
export const flag = z.boolean({
  error: ({ input }) => `expected true or false${withoutQuotes(input)}`,
});

/** One of some texts. */
export const oneOf = <const Values extends readonly string[]>(values: Values) => {
  const expected = `expected ${values.map((value) => `"${value}"`).join(" or ")}`;
  return z.enum(values, { error: ({ input }) => withGuess(expected, input, values) });
};

/** A region of another partition, where ARNs, hosts and services differ. */
const otherPartition = /^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/;

/** A region in which the bridge can run. */
export const region = z.enum(regions, {
  error: ({ input }) => {
    if (typeof input === "string" && otherPartition.test(input)) {
      return "expected a commercial region such as eu-central-1: the bridge does not support AWS in China, GovCloud or a sovereign cloud";
    }
    const expected = "expected an AWS region such as eu-central-1";
    const sentence = withGuess(expected, input, regions);
    return sentence === expected ? `${expected}; infra/settings/regions.ts lists all` : sentence;
  },
});

/** A whole number within limits, both included. */
export const wholeNumber = (least: number, most: number, unit = "") => {
  const expected = `expected a whole number${unit} from ${least} to ${most}`;
  return z
    .int({ error: ({ input }) => expected + withoutQuotes(input) })
    .min(least, expected)
    .max(most, expected);
};

function withoutQuotes(input: unknown): string {
  return typeof input === "string" ? ", without quotes" : "";
}

function isBareHttps(text: string, allowPath: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isBare = url.search === "" && url.hash === "" && url.username === "";
  return url.protocol === "https:" && isBare && (allowPath || url.pathname === "/");
}

/** The address of a Bot API server. A deployed bridge uses no other protocol than https. */
export const botApiRoot = (example: string) => {
  const expected = `expected an https address such as ${example}`;
  return z
    .string(expected)
    .refine((text) => isBareHttps(text, true), { error: expected, abort: true })
    .refine((text) => !/\/bot\d/.test(text), "expected the address without the bot's token");
};

const accountExpected =
  "expected the account's own https address such as https://example.amocrm.ru";
const accountHost = /^(?<account>[a-z0-9-]+)\.(?<domain>amocrm\.ru|amocrm\.com|kommo\.com)$/;

/**
 * The address of an account at amoCRM or Kommo. There are no others.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 */
export const accountOrigin = z
  .string(`${accountExpected}, in quotes`)
  .superRefine((text, context) => {
    const message = faultOfAccount(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

function faultOfAccount(text: string): string | undefined {
  if (!isBareHttps(text, false)) return `${accountExpected}, and nothing after the host`;
  const account = accountHost.exec(new URL(text).hostname)?.groups?.["account"];
  if (account === "amojo") {
    return `${accountExpected}; the chat service's address belongs in amocrm.amojoOrigin`;
  }
  if (account !== undefined && account !== "www") return undefined;
  return `${accountExpected}: a host before amocrm.ru, amocrm.com or kommo.com`;
}

/** The chat service of an account. It has the domain of the account's address. */
export function chatServiceOf(accountOrigin: string): string {
  return accountOrigin.replace(/^https:\/\/[^.]+/, "https://amojo");
}

const hostPatternExpected = "expected a host name such as amojo.amocrm.ru or *.amocrm.ru";

/** A host, or all hosts below a host, that attachments may come from. `*.ru` would be half the world. */
export const hostPattern = z
  .string(hostPatternExpected)
  .regex(/^(?:\*\.)?(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z][a-z0-9-]*[a-z0-9]$/, hostPatternExpected);

/** Hosts that no team can own, and private names, which Telegram and amoCRM cannot find. */
const foreignHost =
  /(?:^|\.)(?:amazonaws\.com|cloudfront\.net|on\.aws|amocrm\.ru|amocrm\.com|kommo\.com|telegram\.org|example|internal|invalid|lan|local|localhost|test)$/;

/**
 * One exact host. Telegram follows no redirect and does not promise to accept a wildcard certificate.
 * @see https://core.telegram.org/bots/webhooks
 */
export const host = (example: string) => {
  const expected = `expected one host name such as ${example}, without scheme, IP address or *`;
  const ownExpected = `expected a public host of your own such as ${example}, not one of AWS, amoCRM or Telegram, and not a private name`;
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  // The last label of a name begins with a letter. An IPv4 address does not match.
  const pattern = new RegExp(`^(?=.{4,253}$)(?:${label}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`);
  return z
    .string(expected)
    .regex(pattern, { error: expected, abort: true })
    .refine((text) => !foreignHost.test(text), ownExpected);
};

const arnExpected =
  "expected the ARN of a certificate in ACM, arn:aws:acm:<region>:<account>:certificate/<id>";

/** An ACM certificate. A later check compares its region and account with the stage's. */
export const certificateArn = z
  .string(arnExpected)
  .regex(/^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate\/[0-9a-f-]{36}$/, arnExpected);

const zoneId = "expected the id of a hosted zone, such as Z0123456789ABCDEFGHIJ";

/** A public hosted zone of the stage's account, in which the deployment makes records. */
export const hostedZone = z.strictObject({
  id: z
    .string(zoneId)
    .regex(/^Z[A-Z0-9]{1,31}$/, zoneId)
    .meta({
      description: "The id that Route 53 gave the zone.",
      examples: ["Z0123456789EXAMPLE"],
    }),
  name: host("example.com").meta({
    description: "The domain of the zone. The host is this domain or below it.",
    examples: ["example.com"],
  }),
});

const keyExpected =
  "expected the ARN of a key in KMS, arn:aws:kms:<region>:<account>:key/<id>, not of an alias";

/** A KMS key. Not an alias: `alias/aws/sns`, AWS's own key, does not let CloudWatch publish. */
export const keyArn = z
  .string(keyExpected)
  .regex(/^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key\/[0-9a-z-]{36,}$/, keyExpected);
