import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Duration, Names, Stack, Validations } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersReferrerPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import type { Bucket, CfnBucket, IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { BridgeSettings } from "../settings/bridge-settings.ts";
import type { BridgeFunction } from "./bridge-function.ts";
import { privateBucket } from "./private-bucket.ts";

/** The settings of the media store. */
export type MediaStoreProps = {
  readonly mediaDays: number;
  /** Without a domain, CloudFront chooses the address of the files. */
  readonly domain: BridgeSettings["mediaDomain"];
};

type HostedZoneSettings = NonNullable<NonNullable<BridgeSettings["mediaDomain"]>["hostedZone"]>;

/** A customer's file must not run code in the browser that opens it, nor reveal where it was opened. */
const headers = {
  contentTypeOptions: { override: true },
  contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
  referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
  strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
};

/**
 * Keeps customers' files for amoCRM, which may fetch a file long after its message. The bucket is
 * private. A distribution serves a file to anyone who knows its path, for the days that the stage sets.
 * The bucket outlives a stack that was deployed, but its files still expire.
 */
export class MediaStore extends Construct {
  readonly bucket: Bucket;
  /** Public address of the files, without a trailing slash. */
  readonly baseUrl: string;
  /** The target of the host's DNS record. Undefined where CloudFront chooses the host. */
  readonly dnsTarget: string | undefined;

  constructor(scope: Construct, id: string, props: MediaStoreProps) {
    super(scope, id);
    this.bucket = privateBucket(this, "Bucket", {
      id: "Expiry",
      expiration: Duration.days(props.mediaDays),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    });
    const name = nameInAllRegions(this);
    const originAccessControl = new S3OriginAccessControl(this, "Access", {
      originAccessControlName: name,
    });
    const distribution = new Distribution(this, "Distribution", {
      comment: "Files of customers, for amoCRM",
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(props.domain === undefined
        ? {}
        : {
            domainNames: [props.domain.host],
            certificate: Certificate.fromCertificateArn(
              this,
              "Certificate",
              props.domain.certificateArn,
            ),
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket, {
          originAccessControl,
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // amoCRM fetches a file once or twice, so a cache saves little. Without a cache, a deleted file
        // is unavailable at once.
        cachePolicy: CachePolicy.CACHING_DISABLED,
        compress: false,
        responseHeadersPolicy: new ResponseHeadersPolicy(this, "Headers", {
          responseHeadersPolicyName: name,
          comment: "Nothing a customer sent runs in a browser",
          securityHeadersBehavior: headers,
        }),
      },
    });
    this.baseUrl = `https://${props.domain?.host ?? distribution.distributionDomainName}`;
    if (props.domain === undefined) acknowledgeCloudFrontsCertificate(distribution);
    else {
      this.dnsTarget = distribution.distributionDomainName;
      const { host, hostedZone } = props.domain;
      if (hostedZone !== undefined) this.#addRecords(distribution, host, hostedZone);
    }
    acknowledgeFindings(this.bucket, distribution);
  }

  /** The distribution answers over IPv4 and IPv6, so the host has a record of each kind. */
  #addRecords(distribution: Distribution, host: string, hostedZone: HostedZoneSettings): void {
    const { id: hostedZoneId, name: zoneName } = hostedZone;
    const props = {
      recordName: `${host}.`,
      zone: HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName }),
      target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)),
    };
    new ARecord(this, "Record", props);
    new AaaaRecord(this, "Record6", props);
  }

  /** Lets the function put files. It cannot read, list or delete files. */
  acceptFrom(source: BridgeFunction): void {
    source.allow(["s3:PutObject"], [this.bucket.arnForObjects("*")]);
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(source).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/*]`,
      reason: "A file's path is random, so the function needs the right to put any file.",
    });
  }
}

/**
 * CloudFront's names belong to the account, not to a region. The same stack in two regions needs two
 * names, each of at most 64 characters.
 */
function nameInAllRegions(store: MediaStore): string {
  return `${Names.uniqueResourceName(store, { maxLength: 40, separator: "-" })}-${Stack.of(store).region}`;
}

function acknowledgeFindings(bucket: Bucket, distribution: Distribution): void {
  const noLog =
    "An access log would list the paths, and a path gives access to its file; the reader is amoCRM.";
  Validations.of(bucket).acknowledge({ id: "AwsSolutions-S1", reason: noLog });
  Validations.of(distribution).acknowledge(
    { id: "AwsSolutions-CFR3", reason: noLog },
    { id: "AwsSolutions-CFR1", reason: "amoCRM and operators fetch files from any country." },
    {
      id: "AwsSolutions-CFR2",
      reason:
        "There is no application to protect: callers only read files, each by a 256-bit path.",
    },
  );
}

function acknowledgeCloudFrontsCertificate(distribution: Distribution): void {
  Validations.of(distribution).acknowledge({
    id: "AwsSolutions-CFR4",
    reason:
      "The certificate is CloudFront's own, and CloudFront then sets the lowest version of TLS " +
      "itself; a higher version needs your own domain, the bridge's setting mediaDomain.",
  });
}
