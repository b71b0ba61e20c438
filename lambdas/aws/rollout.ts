import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type {
  RolloutGate,
  WaitingRollout,
  WebhookRequest,
  WebhookVersion,
} from "../model/caretaker-report.ts";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod/mini";

/** CodeDeploy. It holds a rollout until the hook of the rollout answers. */
export class CodeDeployRolloutGate implements RolloutGate {
  readonly #client: CodeDeployClient;

  constructor(client: CodeDeployClient) {
    this.#client = client;
  }

  async report(rollout: WaitingRollout, verdict: "Succeeded" | "Failed"): Promise<void> {
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId } = rollout;
    const command = new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status: verdict,
    });
    await this.#client.send(command);
  }
}

const answer = z.object({ statusCode: z.int() });

type Options = {
  readonly client: LambdaClient;
  /** The ARN has the version's number at its end. */
  readonly versionArn: string;
  readonly timeoutMillis: number;
};

/**
 * A webhook's function. The call names one version by its ARN and has the event that API Gateway would
 * send.
 */
export class LambdaWebhookVersion implements WebhookVersion {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async answer(request: WebhookRequest): Promise<number> {
    const { client, versionArn, timeoutMillis } = this.#options;
    const command = new InvokeCommand({
      FunctionName: versionArn,
      Payload: Buffer.from(JSON.stringify(httpEvent(request))),
    });
    const abortSignal = AbortSignal.timeout(timeoutMillis);
    const { FunctionError, Payload = new Uint8Array() } = await client.send(command, {
      abortSignal,
    });
    if (FunctionError !== undefined)
      throw new WebhookCrashed("the version ended with an error of its own");
    return z.parse(answer, JSON.parse(Buffer.from(Payload).toString("utf8"))).statusCode;
  }
}

class WebhookCrashed extends Error {
  override readonly name = "WebhookCrashed";
}

/**
 * Payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function httpEvent({ path, pathParameters, headers, body }: WebhookRequest): object {
  const routeKey = `POST ${path}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", ...headers },
    pathParameters,
    requestContext: { http: { method: "POST", path, protocol: "HTTP/1.1" }, routeKey },
    body,
    isBase64Encoded: false,
  };
}
