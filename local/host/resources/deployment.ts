import type { OutgoingHttpHeaders } from "node:http";
import { sha256 } from "../../../lambdas/http/untrusted.ts";
import type { Clients } from "../aws/clients.ts";
import type { Statement } from "../aws/access.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";
import type { Created } from "../template/template.ts";

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
  readonly headers: OutgoingHttpHeaders;
  readonly methods: readonly string[];
};

/** The settings of a stack under creation. */
type DeploymentSettings = {
  readonly stackName: string;
  readonly clients: Clients;
  /** The endpoint of the functions' AWS clients. */
  readonly awsEndpoint: string;
  readonly apiUrl: string;
  readonly mediaUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly visibilityTimeoutSeconds: number | undefined;
  /** Given values of secrets by logical id. The host generates the others. */
  readonly secretValues: ReadonlyMap<string, string>;
  /** The absolute directory of a file asset, by its hash. */
  readonly assets: ReadonlyMap<string, string>;
};

/** The settings of a stack under creation, and the results so far. */
export type Deployment = ReturnType<typeof newDeployment>;

/** The deployment before the first resource. */
export function newDeployment(settings: DeploymentSettings) {
  return {
    ...settings,
    rolesByName: new Map<string, Role>(),
    queuesByArn: new Map<string, { readonly url: string; readonly visibilitySeconds: number }>(),
    functions: [] as FunctionDefinition[],
    integrations: new Map<string, Omit<Route, "routeKey">>(),
    routes: [] as Route[],
    eventSources: [] as EventSource[],
    schedules: [] as Schedule[],
    bucketsByDomain: new Map<string, string>(),
    headersByPolicy: new Map<string, OutgoingHttpHeaders>(),
    distributions: [] as Distribution[],
  };
}

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
 * The function of the stack that a name or an ARN means, with or without a version or alias at the end.
 * Throws when the stack has no such function.
 */
export function functionOf(text: string, { functions }: Deployment): FunctionDefinition {
  const [name] = text.replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, "").split(":");
  const found = functions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The template has no function ${text}.`);
  return found;
}

/** The role that a function's definition names by its ARN. */
export function roleOf({ roleArn }: FunctionDefinition, { rolesByName }: Deployment): Role {
  const name = roleArn.split("/").at(-1) ?? "";
  return rolesByName.get(name) ?? { name: roleArn, statements: [] };
}

/** A name as CloudFormation would give it, but the same at every start. */
export function generatedName(stackName: string, logicalId: string): string {
  return `${logicalId}-${sha256(Buffer.from(`${stackName}/${logicalId}`)).slice(0, 12)}`;
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
