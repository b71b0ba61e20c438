import { account, refuse } from "../fake-aws.ts";
import type { AwsAnswer } from "../fake-aws.ts";

type Certificate = {
  Status: string;
  Type: string;
  DomainName: string;
  SubjectAlternativeNames: string[];
};
type Zone = {
  name: string;
  isPrivate: boolean;
  servers: string[];
  records: [name: string, type: string][];
};

/** An AWS account for a {@link startFakeAws}. A test changes what it needs. */
export function anAccount() {
  const state = {
    regions: {
      "eu-central-1": "opt-in-not-required",
      "me-south-1": "not-opted-in",
      "af-south-1": "opted-in",
    } as Record<string, string>,
    /** By region. */
    bootstrap: { "eu-central-1": { "/cdk-bootstrap/hnb659fds/version": "25" } } as Record<
      string,
      Record<string, string>
    >,
    concurrency: 1000,
    certificates: {} as Record<string, Certificate>,
    zones: {} as Record<string, Zone>,
    distributions: [] as { id: string; aliases: string[] }[],
    headersPolicies: 0,
    policies: [] as string[],
    /** The resources of a stack, by its name. */
    stacks: {} as Record<string, [type: string, id: string, status?: string][]>,
  };
  const answers: Record<string, AwsAnswer> = {
    "sts:GetCallerIdentity": () =>
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::${account}:assumed-role/Admin/me</Arn><UserId>AROAEXAMPLE:me</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    "ec2:DescribeRegions": ({ parameters }) => {
      if (parameters["Filter.1.Name"] !== "region-name") refuse(400, "InvalidParameterValue");
      const wanted = parameters["Filter.1.Value.1"];
      // Without AllRegions, EC2 leaves out what is not enabled.
      const seen = Object.entries(state.regions).filter(
        ([name, status]) =>
          name === wanted && (parameters["AllRegions"] === "true" || status !== "not-opted-in"),
      );
      const items = seen.map(
        ([name, status]) =>
          `<item><regionName>${name}</regionName><regionEndpoint>ec2.${name}.amazonaws.com</regionEndpoint><optInStatus>${status}</optInStatus></item>`,
      );
      return `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><regionInfo>${items.join("")}</regionInfo></DescribeRegionsResponse>`;
    },
    "ssm:GetParameter": ({ parameters: { Name = "" }, region }) => {
      const Value = state.bootstrap[region]?.[Name] ?? refuse(400, "ParameterNotFound");
      return { Parameter: { Name, Type: "String", Value, Version: 1, DataType: "text" } };
    },
    "lambda:GetAccountSettings": () => ({
      AccountLimit: {
        ConcurrentExecutions: state.concurrency,
        UnreservedConcurrentExecutions: state.concurrency,
      },
      AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 },
    }),
    "iam:GetPolicy": ({ parameters: { PolicyArn = "" } }) => {
      const name = PolicyArn.replace(`arn:aws:iam::${account}:policy/`, "");
      if (!state.policies.includes(name)) refuse(404, "NoSuchEntity");
      return `<GetPolicyResponse><GetPolicyResult><Policy><PolicyName>${name}</PolicyName></Policy></GetPolicyResult></GetPolicyResponse>`;
    },
    "acm:DescribeCertificate": ({ parameters: { CertificateArn = "" }, region }) => {
      if (!/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/.test(CertificateArn)) {
        refuse(400, "ValidationException");
      }
      // A certificate is seen in its own region only.
      const isHere = CertificateArn.startsWith(`arn:aws:acm:${region}:`);
      const found = isHere ? state.certificates[CertificateArn] : undefined;
      return {
        Certificate: { CertificateArn, ...(found ?? refuse(400, "ResourceNotFoundException")) },
      };
    },
    "route53:GetHostedZone": ({ parameters: { id = "" } }) => {
      const { name, isPrivate, servers } = state.zones[id] ?? refuse(404, "NoSuchHostedZone");
      const delegation = servers.map((server) => `<NameServer>${server}</NameServer>`).join("");
      return `<?xml version="1.0"?>\n<GetHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><CallerReference>1</CallerReference><Config><Comment>x</Comment><PrivateZone>${isPrivate}</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount></HostedZone><DelegationSet><NameServers>${delegation}</NameServers></DelegationSet></GetHostedZoneResponse>`;
    },
    "route53:ListResourceRecordSets": ({
      parameters: { id = "", name = "", maxitems = "300" },
    }) => {
      const { records } = state.zones[id] ?? refuse(404, "NoSuchHostedZone");
      // In Route 53's order: by the labels from the last one on.
      const key = (each: string) => each.split(".").toReversed().join(".");
      const from = records
        .filter(([each]) => key(each) >= key(name))
        .toSorted(([a], [b]) => (key(a) < key(b) ? -1 : 1))
        .slice(0, Number(maxitems));
      const sets = from.map(
        ([each, type]) =>
          `<ResourceRecordSet><Name>${each}.</Name><Type>${type}</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>x</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>`,
      );
      return `<ListResourceRecordSetsResponse><ResourceRecordSets>${sets.join("")}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>${maxitems}</MaxItems></ListResourceRecordSetsResponse>`;
    },
    "cloudfront:ListDistributions": ({ parameters: { Marker = "", MaxItems = "100" } }) => {
      const { page, next } = pageOf(state.distributions, ({ id }) => id, Marker, MaxItems);
      const items = page.map(({ id, aliases }) => {
        const cnames = aliases.map((alias) => `<CNAME>${alias}</CNAME>`).join("");
        return `<DistributionSummary><Id>${id}</Id><ARN>arn:aws:cloudfront::${account}:distribution/${id}</ARN><Status>Deployed</Status><DomainName>d${id.toLowerCase()}.cloudfront.net</DomainName><Aliases><Quantity>${aliases.length}</Quantity><Items>${cnames}</Items></Aliases><Origins><Quantity>1</Quantity><Items><Origin><Id>origin-1</Id></Origin></Items></Origins></DistributionSummary>`;
      });
      return `<?xml version="1.0"?>\n<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker>${Marker}</Marker>${next}<MaxItems>${MaxItems}</MaxItems><Quantity>${page.length}</Quantity><Items>${items.join("")}</Items></DistributionList>`;
    },
    "cloudfront:ListResponseHeadersPolicies": ({ parameters }) => {
      const { Marker = "", MaxItems = "100", Type } = parameters;
      // Five managed policies come with every account.
      const managed = Array.from({ length: 5 }, (_, index) => `managed-${index}`);
      const own = Array.from({ length: state.headersPolicies }, (_, index) => `own-${index}`);
      const all = Type === "custom" ? own : [...managed, ...own];
      const { page, next } = pageOf(all, (id) => id, Marker, MaxItems);
      const items = page.map(
        (id) =>
          `<ResponseHeadersPolicySummary><Type>custom</Type><ResponseHeadersPolicy><Id>${id}</Id></ResponseHeadersPolicy></ResponseHeadersPolicySummary>`,
      );
      return `<ResponseHeadersPolicyList>${next}<MaxItems>${MaxItems}</MaxItems><Quantity>${page.length}</Quantity><Items>${items.join("")}</Items></ResponseHeadersPolicyList>`;
    },
    "cloudformation:ListStackResources": ({ parameters: { StackName = "" } }) => {
      const resources = state.stacks[StackName] ?? refuseStack(StackName);
      const members = resources.map(
        ([type, id, status = "CREATE_COMPLETE"]) =>
          `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${id}</PhysicalResourceId><ResourceStatus>${status}</ResourceStatus></member>`,
      );
      return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join("")}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
    },
  };
  return { state, answers };
}

/** CloudFormation names the stack in the message, and has no code of its own. */
function refuseStack(name: string): never {
  return refuse(400, "ValidationError", `Stack with id ${name} does not exist`);
}

/** CloudFront's pages: at most 100 items, and a marker for the next. */
function pageOf<Item>(
  all: readonly Item[],
  idOf: (item: Item) => string,
  marker: string,
  maxItems: string,
) {
  const most = Number(maxItems);
  if (!(most >= 1 && most <= 100)) refuse(400, "InvalidArgument");
  const start = marker === "" ? 0 : all.findIndex((item) => idOf(item) === marker);
  const page = all.slice(start, start + most);
  const following = all[start + most];
  const isMore = following !== undefined;
  const next = `<IsTruncated>${isMore}</IsTruncated>${isMore ? `<NextMarker>${idOf(following)}</NextMarker>` : ""}`;
  return { page, next };
}
