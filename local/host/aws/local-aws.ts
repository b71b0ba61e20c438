import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { isFromHere, openServer, parseJson, sendAnswer } from "../../http.ts";
import type { SimulatedAnswer } from "../../http.ts";
import type { Outcome } from "../lambda/sandbox.ts";
import type { Role } from "../resources/deployment.ts";
import { startEmulators } from "./emulators.ts";
import type { Emulators } from "./emulators.ts";
import { accountId } from "./names.ts";
import {
  isAllowed,
  invokedFunction,
  isForS3,
  requestedAccess,
  requestedS3Access,
} from "./access.ts";
import { AwsError, refusalAnswer } from "./refusal.ts";
import type { Access } from "./access.ts";
import { forEmulator } from "./s3-uploads.ts";
import { SecretsManager } from "./secrets-manager.ts";

/**
 * Runs a function by its ARN, with or without a version or an alias at the end. Undefined when there is none.
 */
type InvokeFunction = (functionArn: string, event: unknown) => Promise<Outcome | undefined>;

/** Gets the table and the `id` of an item that a call has changed. */
export type OnItemWritten = (table: string, id: string) => void;

type Keyed = Readonly<Record<string, { readonly S?: string }>>;
type ItemWrite = { readonly TableName: string; readonly Key?: Keyed; readonly Item?: Keyed };

/** The address of the stack's AWS services. */
export type Aws = {
  readonly endpoint: string;
  /** Limits calls with this access key to the rights of the role. */
  addPrincipal(accessKeyId: string, role: Role, functionName: string): void;
  /** Runs functions for calls of Lambda's Invoke. */
  serveFunctions(invoke: InvokeFunction): void;
  readonly close: () => Promise<void>;
};

/**
 * Starts the emulators behind one gateway. If AWS_ENDPOINT_URL is already set, it starts nothing and uses
 * that endpoint. Then nothing checks the functions' rights.
 */
export async function startAws(
  log: (line: string) => void,
  onItemWritten: OnItemWritten = () => undefined,
): Promise<Aws> {
  const given = process.env["AWS_ENDPOINT_URL"];
  if (given !== undefined && given !== "") {
    log(`host: AWS_ENDPOINT_URL is set, so ${given} is used; role policies are not checked`);
    return {
      endpoint: given.replace(/\/+$/, ""),
      addPrincipal: () => undefined,
      serveFunctions: () => undefined,
      close: async () => undefined,
    };
  }
  const emulators = await startEmulators();
  const gateway = openGateway(emulators, log, onItemWritten);
  const server = await openServer((request, response) => void gateway.answer(request, response));
  gateway.endpoint = server.origin;
  return {
    endpoint: server.origin,
    addPrincipal: (key, role, functionName) => gateway.principals.set(key, { role, functionName }),
    serveFunctions: (invoke) => (gateway.invoke = invoke),
    close: async () => {
      await server.close();
      gateway.agent.destroy();
      await emulators.close();
    },
  };
}

const noFunction: InvokeFunction = async () => undefined;

type Body = { readonly body: Buffer; readonly headers: IncomingMessage["headers"] };

/**
 * One address for all services, for AWS_ENDPOINT_URL: DynamoDB, SQS, S3 and Secrets Manager, Lambda's call of
 * a function, and CodeDeploy's verdict of a hook, which is logged. The policies of a function's role must
 * allow a call with the function's access key. Any other key (the CLI's, a test's) may do everything. Not
 * AWS: it checks no signatures, and evaluates no resource policies or conditions.
 */
function openGateway(
  emulators: Emulators,
  log: (line: string) => void,
  onItemWritten: OnItemWritten,
) {
  const secrets = new SecretsManager();
  const principals = new Map<string, { readonly role: Role; readonly functionName: string }>();
  const agent = new Agent({ keepAlive: true });
  const gateway = { endpoint: "", invoke: noFunction, principals, agent, answer };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isS3 = isForS3(request);
    if (!isFromHere(request)) {
      const refused = new AwsError("AccessDenied", "Only programs of this machine may call.", 403);
      request.resume();
      return sendAnswer(response, refusalAnswer(refused, isS3));
    }
    const answer = await buffer(request)
      .then((body) => (isS3 ? s3(request, body) : callService(request, body)))
      .catch((error: unknown) => refusalAnswer(error, isS3));
    if (!response.destroyed) sendAnswer(response, answer);
  }

  async function callService(request: IncomingMessage, body: Buffer): Promise<SimulatedAnswer> {
    const functionArn = invokedFunction(request);
    if (functionArn !== undefined) return invokeFunction(request, functionArn, body);
    const target = request.headers["x-amz-target"];
    if (typeof target !== "string") {
      const sentence =
        "Only S3, Lambda's Invoke and the JSON protocol of DynamoDB, SQS and Secrets Manager are served here.";
      throw new AwsError("UnknownOperationException", sentence);
    }
    const input = parseJson(body) as Readonly<Record<string, unknown>> | null | undefined;
    if (typeof input !== "object" || input === null) {
      throw new AwsError("SerializationException", "The body is not a JSON object.");
    }
    authorize(request, ...requestedAccess(target, input, (id) => secrets.arnOf(id)));
    const [service = "", operation = ""] = target.split(".");
    const headers = { "content-type": "application/x-amz-json-1.1" };
    if (service === "secretsmanager") {
      return { status: 200, headers, body: secrets.handle(operation, input) };
    }
    if (target === "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus") {
      log(`host: roll-out ${String(input["deploymentId"])}: ${String(input["status"])}`);
      return { status: 200, headers, body: {} };
    }
    const { dynamodbPort, sqsPort } = emulators;
    const sent = { body, headers: request.headers };
    if (service.startsWith("DynamoDB_")) {
      const answer = await forward(dynamodbPort, request, sent);
      if (/^(Put|Update|Delete)Item$/.test(operation) && answer.status === 200) {
        const { TableName, Key, Item } = input as ItemWrite;
        onItemWritten(TableName, (Key ?? Item)?.["id"]?.S ?? "");
      }
      return answer;
    }
    if (service !== "AmazonSQS") {
      throw new AwsError("UnknownOperationException", `${target} is not served here.`);
    }
    const answer = await forward(sqsPort, request, sent);
    if (!/^(CreateQueue|GetQueueUrl|ListQueues)$/.test(operation)) return answer;
    // The emulator's queue addresses have a host name that most machines cannot resolve.
    const text = answer.body.toString();
    return {
      ...answer,
      body: Buffer.from(text.replace(/https?:\/\/[^/"]+(?=\/\d{12}\/)/g, gateway.endpoint)),
    };
  }

  /** Answers as Lambda does: the call succeeds even when the function fails. */
  async function invokeFunction(
    request: IncomingMessage,
    functionArn: string,
    body: Buffer,
  ): Promise<SimulatedAnswer> {
    authorize(request, { action: "lambda:InvokeFunction", resource: functionArn });
    const outcome = await gateway.invoke(functionArn, JSON.parse(body.toString() || "{}"));
    if (outcome === undefined) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
    }
    const headers = { "content-type": "application/json" };
    if (outcome.kind === "success") return { status: 200, headers, body: outcome.payload };
    const { errorType, errorMessage } = outcome;
    return {
      status: 200,
      headers: { ...headers, "x-amz-function-error": "Unhandled" },
      body: { errorType, errorMessage },
    };
  }

  async function s3(request: IncomingMessage, body: Buffer): Promise<SimulatedAnswer> {
    const access = requestedS3Access(request.method ?? "", request.url ?? "/");
    authorize(request, access);
    const answer = await forward(emulators.s3Port, request, forEmulator(request, body));
    if (answer.status !== 404 || access.action !== "s3:GetObject") return answer;
    // S3 says that an object is missing only to callers who may list its bucket.
    const { role } = principalOf(request) ?? {};
    const bucket = access.resource.replace(/\/.*$/, "");
    if (role === undefined || isAllowed(role.statements, "s3:ListBucket", bucket)) return answer;
    throw new AwsError("AccessDenied", "Access Denied", 403);
  }

  function principalOf({ headers: { authorization = "" } }: IncomingMessage) {
    return principals.get(/Credential=([^/]+)\//.exec(authorization)?.[1] ?? "");
  }

  function authorize(request: IncomingMessage, ...accesses: readonly Access[]): void {
    const { role, functionName } = principalOf(request) ?? {};
    if (role === undefined) return;
    for (const { action, resource } of accesses) {
      if (isAllowed(role.statements, action, resource)) continue;
      // AWS reports a function's calls under this name.
      const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${functionName}`;
      const sentence = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
      throw action.startsWith("s3:")
        ? new AwsError("AccessDenied", sentence, 403)
        : new AwsError("AccessDeniedException", sentence);
    }
  }

  async function forward(port: number, { method, url }: IncomingMessage, { body, headers }: Body) {
    const { "transfer-encoding": _, ...kept } = headers;
    const upstream = httpRequest({
      agent: agent,
      host: "127.0.0.1",
      port,
      method: method ?? "POST",
      path: url ?? "/",
      headers: { ...kept, "content-length": String(body.length) },
    });
    upstream.end(body);
    const [answer] = (await once(upstream, "response")) as [IncomingMessage];
    const { "transfer-encoding": _chunked, connection: _connection, ...others } = answer.headers;
    // The answer to HEAD has the length of the body that it omits.
    if (method !== "HEAD") delete others["content-length"];
    const { statusCode: status = 502 } = answer;
    return { status, headers: others, body: await buffer(answer) };
  }
  return gateway;
}
