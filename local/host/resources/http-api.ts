import * as z from "zod";
import { functionOf } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const apiProperties = z.object({
  ProtocolType: z._default(
    z.literal("HTTP", "only HTTP APIs, not WebSocket ones, run on the laptop host"),
    "HTTP",
  ),
});

const integrationProperties = z.object({
  IntegrationType: z.literal("AWS_PROXY", "only Lambda integrations run on the laptop host"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0", "only payload format 2.0 runs on the laptop host"),
  TimeoutInMillis: z._default(z.coerce.number(), 30_000),
});

const routeProperties = z.object({ RouteKey: z.string(), Target: z.string() });

/** AWS::ApiGatewayV2::Api. Its address is the host's HTTP front. */
export const createApi: CreateResource = ({ logicalId, properties }, deployment) => {
  apiProperties.parse(properties);
  return { ref: logicalId, attributes: { ApiEndpoint: deployment.apiUrl, ApiId: logicalId } };
};

/** AWS::ApiGatewayV2::Integration: the function that answers. */
export const createIntegration: CreateResource = ({ logicalId, properties }, deployment) => {
  const { IntegrationUri, TimeoutInMillis } = integrationProperties.parse(properties);
  const calledArn = /arn:aws:lambda:[^/]*/.exec(IntegrationUri)?.[0] ?? IntegrationUri;
  const { arn: functionArn } = functionOf(calledArn, deployment);
  deployment.integrations.set(logicalId, { functionArn, timeoutMillis: TimeoutInMillis });
  return { ref: logicalId };
};

/** AWS::ApiGatewayV2::Route. */
export const createRoute: CreateResource = ({ logicalId, properties }, deployment) => {
  const { RouteKey, Target } = routeProperties.parse(properties);
  const integration = deployment.integrations.get(Target.replace(/^integrations\//, ""));
  if (integration === undefined) throw new Error(`${logicalId} has no integration ${Target}.`);
  deployment.routes.push({ routeKey: RouteKey, ...integration });
  return { ref: logicalId };
};
