import type { IncomingMessage, ServerResponse } from "node:http";
import type { Outcome } from "../lambda/outcome.ts";
import { AwsError } from "./aws-client.ts";
import type { Access } from "./requested-access.ts";

/**
 * Runs a function by its ARN, with or without a version or an alias at the end.
 * Undefined when there is none.
 */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<Outcome | undefined>;

/** The ARN of the function that a synchronous Invoke of Lambda calls. Undefined for any other request. */
export function invokedFunction(request: IncomingMessage): string | undefined {
  const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "");
  return path?.[1] === undefined ? undefined : decodeURIComponent(path[1]);
}

/** The permission that an Invoke of the function needs. */
export function invokeAccess(functionArn: string): Access {
  return { action: "lambda:InvokeFunction", resource: functionArn };
}

/** Invokes the function and answers as Lambda does: the call succeeds even when the function fails. */
export async function answerInvoke(
  functionArn: string,
  body: Buffer,
  invoke: InvokeFunction,
  response: ServerResponse,
): Promise<void> {
  const outcome = await invoke(functionArn, JSON.parse(body.toString("utf8") || "{}"));
  if (outcome === undefined) {
    throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
  }
  if (outcome.kind === "success") {
    response.writeHead(200, { "content-type": "application/json" });
    return void response.end(outcome.payload);
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "x-amz-function-error": "Unhandled",
  });
  const { errorType, errorMessage } = outcome;
  response.end(JSON.stringify({ errorType, errorMessage }));
}
