import type { RequestListener, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { openServer } from "../../http.ts";

/** One event for a function. */
export type Invocation = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  readonly deadlineMillis: number;
};

/** The messages of a sandbox's process through its Runtime API. */
export type RuntimeEvents = {
  /** The process asks for an invocation: at the first time it is initialized, later it is idle. */
  onNext(): void;
  onInitError(body: string): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string): void;
};

const prefix = "/2018-06-01/runtime/";

/**
 * Opens the Lambda Runtime API of one sandbox, on its own loopback port. Not AWS: no extensions, response
 * streaming or trace headers.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function openRuntimeApi(events: RuntimeEvents) {
  let waiting: ServerResponse | undefined;
  let pending: Invocation | undefined;

  const deliver = (): void => {
    if (waiting === undefined || pending === undefined) return;
    waiting.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": pending.requestId,
      "lambda-runtime-invoked-function-arn": pending.functionArn,
      "lambda-runtime-deadline-ms": String(pending.deadlineMillis),
    });
    waiting.end(pending.payload);
    waiting = pending = undefined;
  };
  const handle = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
    const path = request.url ?? "";
    if (request.method === "GET" && path === `${prefix}invocation/next`) {
      waiting = response;
      deliver();
      return events.onNext();
    }
    const body = await readText(request);
    const [, id, kind] =
      /^invocation\/([^/]+)\/(response|error)$/.exec(path.slice(prefix.length)) ?? [];
    const isInitError = path === `${prefix}init/error`;
    response.writeHead(isInitError || id !== undefined ? 202 : 404).end("{}");
    if (isInitError) return events.onInitError(body);
    if (id === undefined) return;
    const requestId = decodeURIComponent(id);
    if (kind === "response") events.onResponse(requestId, body);
    else events.onError(requestId, body);
  };
  // A process that dies in the middle of a post has no answer to wait for.
  const server = await openServer((...call) => void handle(...call).catch(() => undefined));
  return {
    /** `host:port`, as the process expects it in AWS_LAMBDA_RUNTIME_API. */
    address: new URL(server.origin).host,
    /** Gives an invocation to the waiting process, or keeps it until the process asks. */
    deliver(invocation: Invocation): void {
      pending = invocation;
      deliver();
    },
    close: server.close,
  };
}
