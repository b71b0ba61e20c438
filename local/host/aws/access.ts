import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { arnOf } from "./names.ts";
import { AwsError } from "./refusal.ts";

const oneOrMany = z.union([
  z.pipe(
    z.string(),
    z.transform((text) => [text]),
  ),
  z.array(z.string()),
]);

const statement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMany,
  Resource: oneOrMany,
  Condition: z.optional(z.unknown()),
});

/** One statement of a role's policy. */
export type Statement = z.output<typeof statement>;

/** An identity policy, as far as the host evaluates it. It refuses NotAction and NotResource. */
export const policyDocument = z.object({
  Statement: z.union([
    z.array(statement),
    z.pipe(
      statement,
      z.transform((one) => [one]),
    ),
  ]),
});

/**
 * Whether these statements allow this call. Deny wins over allow. Conditions are not evaluated: a
 * conditional allow allows, a conditional deny is ignored.
 */
export function isAllowed(
  statements: readonly Statement[],
  action: string,
  resource: string,
): boolean {
  const fitting = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  );
  const isDenied = fitting.some((s) => s.Effect === "Deny" && s.Condition === undefined);
  return !isDenied && fitting.some(({ Effect }) => Effect === "Allow");
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

/** An action on a resource, as an identity policy names them. */
export type Access = { readonly action: string; readonly resource: string };

type Input = Readonly<Record<string, unknown>>;

/**
 * The permission that a call of a JSON protocol needs. `secretArn` finds the full ARN of a secret by the id
 * in the call.
 */
export function requestedAccess(
  target: string,
  input: Input,
  secretArn: (secretId: string) => string | undefined,
): readonly Access[] {
  const [service = "", operation = ""] = target.split(".");
  if (service.startsWith("DynamoDB_")) return tableAccess(operation, input);
  if (service === "AmazonSQS") {
    const queue = text(input["QueueUrl"]).split("/").at(-1) || text(input["QueueName"]) || "*";
    // The batch calls have no permissions of their own.
    const action = `sqs:${operation.replace(/Batch$/, "")}`;
    return [{ action, resource: arnOf("sqs", queue) }];
  }
  // The call names a deployment, but policies name its group. The host does not know
  // the group of a deployment.
  if (service.startsWith("CodeDeploy_")) return [];
  const secretId = text(input["SecretId"]) || text(input["Name"]);
  const resource =
    secretArn(secretId) ??
    (secretId.startsWith("arn:") ? secretId : arnOf("secretsmanager", `secret:${secretId}`));
  return [{ action: `secretsmanager:${operation}`, resource }];
}

function tableAccess(operation: string, input: Input): readonly Access[] {
  const action = `dynamodb:${operation}`;
  const batch = input["RequestItems"];
  if (typeof batch === "object" && batch !== null) {
    return Object.keys(batch).map((name) => ({ action, resource: tableArn(name) }));
  }
  const name = text(input["TableName"]);
  if (name === "") return [{ action, resource: "*" }];
  const index = text(input["IndexName"]);
  return [{ action, resource: index === "" ? tableArn(name) : `${tableArn(name)}/index/${index}` }];
}

function tableArn(name: string): string {
  return name.startsWith("arn:") ? name : arnOf("dynamodb", `table/${name}`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The ARN of the function that a synchronous Invoke of Lambda calls. Undefined for any other request. */
export function invokedFunction(request: IncomingMessage): string | undefined {
  const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "");
  return path?.[1] === undefined ? undefined : decodeURIComponent(path[1]);
}

/** S3 uses REST, so the host recognizes its requests by the service in their signature. */
export function isForS3(request: IncomingMessage): boolean {
  return /\/s3\/aws4_request/.test(request.headers.authorization ?? "");
}

const s3Actions: Readonly<Record<string, { readonly object: string; readonly bucket: string }>> = {
  GET: { object: "s3:GetObject", bucket: "s3:ListBucket" },
  HEAD: { object: "s3:GetObject", bucket: "s3:ListBucket" },
  PUT: { object: "s3:PutObject", bucket: "s3:CreateBucket" },
  DELETE: { object: "s3:DeleteObject", bucket: "s3:DeleteBucket" },
};

/**
 * The permission that a request of S3 needs, for whole objects and buckets only. The host does not serve
 * copies, parts, tags and other settings, because each of them would need its own permission.
 */
export function requestedS3Access(method: string, url: string): Access {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [bucket = "", ...rest] = decodeURIComponent(pathname).slice(1).split("/");
  const key = rest.join("/");
  const action = s3Actions[method]?.[key === "" ? "bucket" : "object"];
  const known = ["x-id", "list-type", "prefix", "max-keys"];
  const isPlain = [...searchParams.keys()].every((name) => known.includes(name));
  if (action === undefined || bucket === "" || !isPlain) {
    throw new AwsError("NotImplemented", "This request of S3 is not served here.", 501);
  }
  return { action, resource: `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}` };
}
