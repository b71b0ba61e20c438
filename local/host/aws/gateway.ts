import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "./aws-client.ts";
import type { Emulators } from "./emulators.ts";
import { answerInvoke, invokeAccess, invokedFunction } from "./lambda-requests.ts";
import type { InvokeFunction } from "./lambda-requests.ts";
import { accountId } from "./names.ts";
import { isAllowed } from "./policies.ts";
import type { Statement } from "./policies.ts";
import { refuse } from "./refuse.ts";
import { requestedAccess } from "./requested-access.ts";
import type { Access } from "./requested-access.ts";
import { forEmulator, isForS3, requestedS3Access } from "./s3-requests.ts";
import type { SecretsManager } from "./secrets-manager.ts";

/** The owner of an access key, and the present rights of its role. */
export type Principal = { readonly arn: string; statements(): readonly Statement[] };

/** The services behind the gateway. */
type Behind = {
  readonly emulators: Emulators;
  readonly secrets: SecretsManager;
  readonly log: (line: string) => void;
};

/**
 * One address for all services, for AWS_ENDPOINT_URL: DynamoDB, SQS, S3 and Secrets Manager, Lambda's
 * call of a function, and CodeDeploy's verdict of a hook, which is logged. The policies of a function's
 * role must allow a call with the function's access key. Any other key (the CLI's, a test's) may do
 * everything. Not AWS: it checks no signatures, and evaluates no resource policies or conditions.
 */
export class AwsGateway {
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #principals = new Map<string, Principal>();
  readonly #emulators: Emulators;
  readonly #secrets: SecretsManager;
  readonly #log: (line: string) => void;
  #invoke: InvokeFunction = async () => undefined;

  private constructor(server: Server, { emulators, secrets, log }: Behind) {
    this.#server = server;
    this.#emulators = emulators;
    this.#secrets = secrets;
    this.#log = log;
  }

  static async listen(behind: Behind): Promise<AwsGateway> {
    const server = createServer();
    // If the server closed idle connections, a client could use one at the same moment and see a reset.
    server.keepAliveTimeout = 0;
    const gateway = new AwsGateway(server, behind);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      gateway.#answer(request, response).catch((error: unknown) => {
        refuse(response, error, isForS3(request));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  addPrincipal(accessKeyId: string, principal: Principal): void {
    this.#principals.set(accessKeyId, principal);
  }

  serveFunctions(invoke: InvokeFunction): void {
    this.#invoke = invoke;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (isForS3(request)) return this.#answerForS3(request, body, response);
    const functionArn = invokedFunction(request);
    if (functionArn !== undefined) {
      this.#authorize(request, [invokeAccess(functionArn)], "AccessDeniedException");
      return answerInvoke(functionArn, body, this.#invoke, response);
    }
    const target = request.headers["x-amz-target"];
    if (typeof target !== "string") {
      const sentence =
        "Only S3, Lambda's Invoke and the JSON protocol of DynamoDB, SQS and Secrets Manager are served here.";
      throw new AwsError("UnknownOperationException", sentence);
    }
    const input = parseBody(body);
    const access = requestedAccess(target, input, (id) => this.#secrets.arnOf(id));
    this.#authorize(request, access, "AccessDeniedException");
    const [service = "", operation = ""] = target.split(".");
    if (service === "secretsmanager") {
      const output = this.#secrets.handle(operation, input);
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(output));
    } else if (service.startsWith("DynamoDB_")) {
      await this.#forward(this.#emulators.dynamodbPort, request, body, response);
    } else if (service === "AmazonSQS") {
      await this.#forward(this.#emulators.sqsPort, request, body, response);
    } else if (target === "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus") {
      this.#log(`host: roll-out ${String(input["deploymentId"])}: ${String(input["status"])}`);
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end("{}");
    } else {
      throw new AwsError("UnknownOperationException", `${target} is not served here.`);
    }
  }

  async #answerForS3(request: IncomingMessage, body: Buffer, response: ServerResponse) {
    const access = requestedS3Access(request.method ?? "", request.url ?? "/");
    this.#authorize(request, [access], "AccessDenied");
    const plain = forEmulator(request, body);
    const sent = { headers: plain.headers, hidesAbsence: this.#hidesAbsence(request, access) };
    await this.#forward(this.#emulators.s3Port, request, plain.body, response, sent);
  }

  /** S3 says that an object is missing only to callers who may list its bucket. Other callers get 403. */
  #hidesAbsence(request: IncomingMessage, { action, resource }: Access): boolean {
    if (action !== "s3:GetObject") return false;
    const bucket = resource.replace(/\/.*$/, "");
    const statements = this.#principalOf(request)?.statements();
    return statements !== undefined && !isAllowed(statements, "s3:ListBucket", bucket);
  }

  #principalOf(request: IncomingMessage): Principal | undefined {
    const { authorization = "" } = request.headers;
    return this.#principals.get(/Credential=([^/]+)\//.exec(authorization)?.[1] ?? "");
  }

  #authorize(request: IncomingMessage, access: readonly Access[], code: string): void {
    const principal = this.#principalOf(request);
    if (principal === undefined) return;
    for (const { action, resource } of access) {
      if (isAllowed(principal.statements(), action, resource)) continue;
      const sentence = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
      throw new AwsError(code, sentence, code === "AccessDenied" ? 403 : 400);
    }
  }

  async #forward(
    port: number,
    from: IncomingMessage,
    body: Buffer,
    to: ServerResponse,
    sent: { headers: IncomingMessage["headers"]; hidesAbsence?: boolean } = from,
  ) {
    const { "transfer-encoding": _, ...headers } = sent.headers;
    const upstream = httpRequest({
      agent: this.#agent,
      host: "127.0.0.1",
      port,
      method: from.method ?? "POST",
      path: from.url ?? "/",
      headers: { ...headers, "content-length": String(body.length) },
    });
    upstream.end(body);
    const [answer] = (await once(upstream, "response")) as [IncomingMessage];
    if (answer.statusCode === 404 && sent.hidesAbsence === true) {
      answer.resume();
      throw new AwsError("AccessDenied", "Access Denied", 403);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks);
    const isQueueUrl = /\.(CreateQueue|GetQueueUrl|ListQueues)$/.test(
      String(from.headers["x-amz-target"]),
    );
    const output = isQueueUrl ? Buffer.from(this.#withOwnQueueUrls(text.toString("utf8"))) : text;
    const { "transfer-encoding": _chunked, connection: _connection, ...others } = answer.headers;
    // The answer to HEAD has the length of the body that it omits.
    const length = from.method === "HEAD" ? {} : { "content-length": String(output.length) };
    to.writeHead(answer.statusCode ?? 502, { ...others, ...length });
    to.end(output);
  }

  /** Replaces the host in the emulator's queue addresses: most machines cannot resolve it. */
  #withOwnQueueUrls(text: string): string {
    return text.replace(/https?:\/\/[^/"]+(?=\/\d{12}\/)/g, this.url);
  }
}

function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body.toString("utf8"));
    if (typeof input === "object" && input !== null) return input as Record<string, unknown>;
  } catch {
    // The code below handles it like any other body that is not an object.
  }
  throw new AwsError("SerializationException", "The body is not a JSON object.");
}

/** The name with which AWS reports a function's calls. */
export function assumedRoleArn(roleName: string, functionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${functionName}`;
}
