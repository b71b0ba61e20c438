import { createHash } from "node:crypto";
import type { Buckets } from "../aws/buckets.ts";
import type { AwsClient } from "../aws/aws-client.ts";
import { arnOf } from "../aws/names.ts";
import type { Statement } from "../aws/policies.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";
import type { Created } from "../template/stack-scope.ts";

/** A role and its policies' statements. The host collects them while it creates the stack. */
export type Role = { readonly name: string; readonly statements: Statement[] };

/** A route of the HTTP API and the function behind it. */
export type Route = {
  readonly routeKey: string;
  readonly functionArn: string;
  readonly timeoutMillis: number;
};

/** A queue that feeds a function. */
export type EventSource = {
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
  /** After this time, the queue hands out again what nothing has deleted. */
  readonly visibilitySeconds: number;
};

/** A rule that runs a function at a rate. */
export type Schedule = {
  readonly ruleArn: string;
  readonly functionArn: string;
  readonly minutes: number;
};

/** A bucket that is public under its own address. */
export type Distribution = {
  readonly bucket: string;
  /** The server adds these to every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
};

/** The settings of a stack under creation, and the results so far. */
export type Deployment = {
  readonly stackName: string;
  readonly aws: AwsClient;
  readonly buckets: Buckets;
  /** The endpoint of the functions' AWS clients. */
  readonly awsEndpoint: string;
  /** The address of the HTTP API. */
  readonly apiUrl: string;
  /** The address of the distribution. */
  readonly mediaUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly visibilityTimeoutSeconds: number | undefined;
  /** Given values of secrets by logical id. The host generates the others. */
  readonly secretValues: ReadonlyMap<string, string>;
  /** The absolute directory of a file asset, by its hash. */
  readonly assets: ReadonlyMap<string, string>;
  readonly log: (line: string) => void;

  readonly rolesByArn: Map<string, Role>;
  readonly rolesByName: Map<string, Role>;
  readonly queuesByArn: Map<string, { readonly url: string; readonly visibilitySeconds: number }>;
  readonly functions: FunctionDefinition[];
  /** The ARNs of functions by the ARNs of their versions and aliases. */
  readonly functionsByQualifiedArn: Map<string, string>;
  readonly integrations: Map<string, Omit<Route, "routeKey">>;
  readonly routes: Route[];
  readonly eventSources: EventSource[];
  readonly schedules: Schedule[];
  readonly bucketsByDomain: Map<string, string>;
  readonly headersByPolicy: Map<string, Readonly<Record<string, string>>>;
  readonly distributions: Distribution[];
};

/** A resource of the template with its properties resolved. */
type Resource = {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
};

/** Creates one resource in the emulators or in the deployment. */
export type CreateResource = (
  resource: Resource,
  deployment: Deployment,
) => Created | Promise<Created>;

/**
 * The ARN of the stack's function that a name or an ARN means, with or without a version or alias at
 * the end. Undefined when the stack has no such function.
 */
export function functionArnOf(text: string, deployment: Deployment): string | undefined {
  const arn = text.startsWith("arn:") ? text : arnOf("lambda", `function:${text}`);
  const isFunction = deployment.functions.some((each) => each.arn === arn);
  return isFunction ? arn : deployment.functionsByQualifiedArn.get(arn);
}

/** A name as CloudFormation would give it, but the same at every start. */
export function generatedName(stackName: string, logicalId: string): string {
  const hash = createHash("sha256").update(`${stackName}/${logicalId}`).digest("hex").slice(0, 12);
  return `${logicalId}-${hash}`;
}

/**
 * CDK writes the addresses of an API and of a distribution with their ids. This replaces them with the
 * host's addresses.
 */
export function withLocalAddresses(text: string, { apiUrl, mediaUrl }: Deployment): string {
  return text
    .replace(/https:\/\/[A-Za-z0-9]+\.execute-api\.[^/]+/g, apiUrl)
    .replace(/https:\/\/[a-z0-9]+\.cloudfront\.net/g, mediaUrl);
}
