import { arnOf } from "./names.ts";

/** An action on a resource, as an identity policy names them. */
export type Access = { readonly action: string; readonly resource: string };

type Input = Readonly<Record<string, unknown>>;

/** The permission that a call needs. `secretArn` finds the full ARN of a secret by the id in the call. */
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
