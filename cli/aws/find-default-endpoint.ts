import { CommandFailure } from "../command.ts";
import { stackNameOf } from "../stage/deployed-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { readStackResources } from "./describe-stack.ts";

/**
 * The address that AWS gives a stage's API in addition to its own domain, even when that address is off.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
 */
export async function findDefaultEndpoint(stage: Stage): Promise<string> {
  return `https://${await findListedApi(stage)}.execute-api.${stage.aws.region}.amazonaws.com`;
}

/** The id of a stage's API. Without a domain of its own, its address shows the id. */
export async function findApiId(stage: Stage): Promise<string> {
  const { hostname } = new URL(stage.outputs.WebhookUrl);
  const [, id] = /^([a-z0-9]+)\.execute-api\./.exec(hostname) ?? [];
  return id ?? (await findListedApi(stage));
}

async function findListedApi({ name, bridge, aws }: Stage): Promise<string> {
  const stackName = stackNameOf(name, bridge ?? "");
  const resources = await readStackResources(stackName, aws);
  const api = resources?.find(({ type }) => type === "AWS::ApiGatewayV2::Api");
  if (api === undefined) throw new CommandFailure(`the stack ${stackName} has no API`);
  return api.id;
}
