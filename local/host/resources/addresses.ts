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

const flag = z.union([z.boolean(), z.stringbool()]);
const override = { Override: z.optional(flag) };

const headersProperties = z.object({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    Comment: z.optional(z.string()),
    SecurityHeadersConfig: z.strictObject({
      ContentTypeOptions: z.optional(z.strictObject(override)),
      ContentSecurityPolicy: z.optional(
        z.strictObject({ ContentSecurityPolicy: z.string(), ...override }),
      ),
      ReferrerPolicy: z.optional(z.strictObject({ ReferrerPolicy: z.string(), ...override })),
      StrictTransportSecurity: z.optional(
        z.strictObject({ AccessControlMaxAgeSec: z.coerce.number(), ...override }),
      ),
    }),
  }),
});

const distributionProperties = z.object({
  DistributionConfig: z.object({
    Enabled: z.literal([true, "true"], "expected a distribution that is enabled"),
    Origins: z.tuple([z.object({ DomainName: z.string() })], "expected one origin"),
    DefaultCacheBehavior: z.object({
      AllowedMethods: z._default(z.array(z.string()), ["GET", "HEAD"]),
      ResponseHeadersPolicyId: z.optional(z.string()),
    }),
    CacheBehaviors: z.optional(z.undefined("cache behaviors do not run on the laptop host")),
  }),
});

/** AWS::CloudFront::ResponseHeadersPolicy: all its security headers, exactly as written there. */
export const createHeadersPolicy: CreateResource = ({ logicalId, properties }, deployment) => {
  const { SecurityHeadersConfig: security } =
    headersProperties.parse(properties).ResponseHeadersPolicyConfig;
  const transport = security.StrictTransportSecurity;
  const headers = {
    "x-content-type-options": security.ContentTypeOptions === undefined ? undefined : "nosniff",
    "content-security-policy": security.ContentSecurityPolicy?.ContentSecurityPolicy,
    "referrer-policy": security.ReferrerPolicy?.ReferrerPolicy,
    "strict-transport-security":
      transport === undefined ? undefined : `max-age=${transport.AccessControlMaxAgeSec}`,
  };
  deployment.headersByPolicy.set(logicalId, headers);
  return { ref: logicalId, attributes: { Id: logicalId } };
};

/** AWS::CloudFront::Distribution of one bucket. Its address is the host's media server. */
export const createDistribution: CreateResource = ({ logicalId, properties }, deployment) => {
  const { Origins, DefaultCacheBehavior } =
    distributionProperties.parse(properties).DistributionConfig;
  const bucket = deployment.bucketsByDomain.get(Origins[0].DomainName);
  if (bucket === undefined) throw new Error("Its origin is not a bucket of this stack.");
  if (deployment.distributions.length > 0) {
    throw new Error("The laptop host can run only one distribution, and the stack has a second.");
  }
  const policy = DefaultCacheBehavior.ResponseHeadersPolicyId ?? "";
  deployment.distributions.push({
    bucket,
    headers: deployment.headersByPolicy.get(policy) ?? {},
    methods: DefaultCacheBehavior.AllowedMethods,
  });
  const domainName = `${logicalId.toLowerCase()}.cloudfront.net`;
  return { ref: logicalId, attributes: { Id: logicalId, DomainName: domainName } };
};
