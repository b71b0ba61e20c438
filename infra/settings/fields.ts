import * as z from "zod";

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

/** An https address as its owner prints it. A deployed bridge uses no other protocol. */
export const address = (allowPath: boolean, example: string) => {
  const expected = `expected an https address such as ${example}`;
  return z.string(expected).refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const isBare = url.search === "" && url.hash === "" && url.username === "";
    return url.protocol === "https:" && isBare && (allowPath || url.pathname === "/");
  }, expected);
};

/** A whole number within limits, both included. */
export const wholeNumber = (least: number, most: number, unit = "") => {
  const expected = `expected a whole number${unit} from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
};

/** A host, or a pattern of hosts, that attachments may come from. */
export const hostPattern = z
  .string("expected a host name such as amojo.amocrm.ru")
  .regex(
    /^(?:\*\.)?[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
    "expected a host name such as amojo.amocrm.ru or *.amocrm.ru",
  );

/**
 * One exact host. Telegram follows no redirect and does not promise to accept a wildcard certificate.
 * @see https://core.telegram.org/bots/webhooks
 */
export const host = (example: string) => {
  const expected = `expected one host name such as ${example}, without scheme, IP address or *`;
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  // The last label of a name begins with a letter. An IPv4 address does not match.
  const pattern = new RegExp(`^(?=.{4,253}$)(?:${label}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`);
  return z.string(expected).regex(pattern, expected);
};

const arnExpected =
  "expected the ARN of a certificate in ACM, arn:aws:acm:<region>:<account>:certificate/<id>";

/** An ACM certificate. A later check compares its region and account with the stage's. */
export const certificateArn = z
  .string(arnExpected)
  .regex(/^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate\/[0-9a-f-]{36}$/, arnExpected);

const keyExpected =
  "expected the ARN of a key in KMS, arn:aws:kms:<region>:<account>:key/<id>, not of an alias";

/** A KMS key. Not an alias: `alias/aws/sns`, AWS's own key, does not let CloudWatch publish. */
export const keyArn = z
  .string(keyExpected)
  .regex(/^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key\/[0-9a-z-]{36,}$/, keyExpected);
