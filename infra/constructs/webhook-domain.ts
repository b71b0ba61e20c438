import {
  ApiMapping,
  DomainName,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { BridgeSettings } from "../settings/bridge-settings.ts";

/** Host and certificate of the webhooks, as a bridge's settings name them. */
export type WebhookDomainSettings = NonNullable<BridgeSettings["domain"]>;

/**
 * A host of the team for the webhooks. amoCRM support registers a hook's address by hand, so the
 * address must outlive the API. Telegram uses IPv4 and at least TLS 1.2.
 */
export class WebhookDomain extends Construct {
  readonly #name: DomainName;
  /** The target of the host's DNS record. */
  readonly dnsTarget: string;

  constructor(scope: Construct, id: string, settings: WebhookDomainSettings) {
    super(scope, id);
    const { host, certificateArn, hostedZone } = settings;
    this.#name = new DomainName(this, "Name", {
      domainName: host,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    const { regionalDomainName, regionalHostedZoneId } = this.#name;
    this.dnsTarget = regionalDomainName;
    if (hostedZone === undefined) return;
    const { id: hostedZoneId, name: zoneName } = hostedZone;
    new ARecord(this, "Record", {
      recordName: `${host}.`,
      zone: HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName }),
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
      ),
    });
  }

  /** Maps the host to this stage of the API. */
  leadTo(api: HttpApi, stage: HttpStage): void {
    new ApiMapping(this, "Mapping", { api, stage, domainName: this.#name });
  }
}
