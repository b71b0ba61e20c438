import * as z from "zod";
import type { CreateResource } from "./deployment.ts";

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
  const named = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  deployment.headersByPolicy.set(logicalId, Object.fromEntries(named));
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
