import { CommandFailure } from "../command.ts";
import { stackNameOf } from "../stage/deployed-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { readStackResources } from "./stack-resources.ts";

/**
 * The address that AWS gives a stage's API in addition to its own domain, even when that address is off.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
 */
export async function findDefaultEndpoint({ name, bridge, aws }: Stage): Promise<string> {
  const stackName = stackNameOf(name, bridge ?? "");
  const resources = await readStackResources(stackName, aws);
  const api = resources?.find(({ type }) => type === "AWS::ApiGatewayV2::Api");
  if (api === undefined) throw new CommandFailure(`the stack ${stackName} has no API`);
  return `https://${api.id}.execute-api.${aws.region}.amazonaws.com`;
}
