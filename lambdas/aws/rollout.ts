import { PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod/mini";
import type { RolloutGate, WebhookRequest, WebhookVersion } from "../model/caretaker-report.ts";

/** CodeDeploy. It holds a rollout until the hook of the rollout answers. */
export function codeDeployRolloutGate(client: CodeDeployClient): RolloutGate {
  return {
    async report({ DeploymentId: deploymentId, LifecycleEventHookExecutionId }, status) {
      const lifecycleEventHookExecutionId = LifecycleEventHookExecutionId;
      const report = { deploymentId, lifecycleEventHookExecutionId, status };
      await client.send(new PutLifecycleEventHookExecutionStatusCommand(report));
    },
  };
}

const answer = z.object({ statusCode: z.int() });

/**
 * A webhook's function. The call names one version by its ARN, which ends with the version's number, and
 * has the event that API Gateway would send.
 */
export function lambdaWebhookVersion(
  client: LambdaClient,
  versionArn: string,
  { timeoutMillis }: { readonly timeoutMillis: number },
): WebhookVersion {
  return {
    async answer(request) {
      const Payload = Buffer.from(JSON.stringify(httpEvent(request)));
      const command = new InvokeCommand({ FunctionName: versionArn, Payload });
      const abortSignal = AbortSignal.timeout(timeoutMillis);
      const result = await client.send(command, { abortSignal });
      if (result.FunctionError !== undefined) {
        throw new WebhookCrashed("the version ended with an error of its own");
      }
      const text = Buffer.from(result.Payload ?? []).toString("utf8");
      return z.parse(answer, JSON.parse(text)).statusCode;
    },
  };
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
