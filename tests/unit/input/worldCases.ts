import type { CartsStackArgs, ClusterAccessArgs } from "../../../components/index.ts";
import type { Case } from "./refusal.ts";

/** A world that lacks what a good config names. */
export interface WorldCase extends Case {
  readonly args?: Partial<CartsStackArgs>;
  /** `{folder}` stands for the test's own. */
  readonly cluster?: Omit<ClusterAccessArgs, "clusterName">;
  /** Of Pulumi's AWS provider, by full keys. */
  readonly config?: Readonly<Record<string, string>>;
  /** What functions of that provider fail with, by the name of the function. */
  readonly fails?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Content of files in the test's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether the cluster is the test's API server, which has the namespace `default` alone. */
  readonly hasCluster?: true;
}

const STS = "operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error";
const everywhere = (said: string) =>
  Object.fromEntries(
    ["getCluster", "getRegion", "getPartition", "getCallerIdentity", "getRole"].map((name) => [name, said]),
  );

const EUROPES = "arn:aws:kms:eu-west-1:111122223333:key/a-1";

const KUBECONFIG = JSON.stringify({
  "current-context": "mine",
  contexts: [{ name: "mine", context: { cluster: "c", user: "u" } }],
  clusters: [],
});
const WITHOUT_CURRENT = "apiVersion: v1\nkind: Config\ncontexts:\n- context: {cluster: c, user: u}\n  name: other\n";
const inFile = (title: string, kubeconfig: string, says: RegExp, files = {}): WorldCase => ({
  ...{ title, says, files, cluster: { kubeconfig } },
});
const inContext = (title: string, says: RegExp, more: Partial<WorldCase> = {}): WorldCase => ({
  ...{ title, says, cluster: { context: "nosuch" } },
  ...more,
});
const refused = (title: string, said: string, says: RegExp, more: Partial<WorldCase> = {}): WorldCase => ({
  ...{ title, says, fails: everywhere(said) },
  ...more,
});
const principal = (title: string, config: Readonly<Record<string, string>>, says: RegExp): WorldCase => ({
  title,
  config,
  says,
});

export const WORLD_CASES: readonly WorldCase[] = [
  inFile("a kubeconfig that isn't there", "{folder}/none", /kubeconfig is ".*none", but there is no such file: set it/),
  inFile("a folder for a kubeconfig", "{folder}", /kubeconfig is ".*", but it can't be read: EISDIR/),
  inFile("an empty kubeconfig", "{folder}/empty", /kubeconfig is .* no current-context: set context/, { empty: "" }),
  inFile("a kubeconfig without a current context", "{folder}/none", /no current-context: set context/, {
    none: WITHOUT_CURRENT,
  }),
  inFile(
    "content of a kubeconfig without a current context",
    WITHOUT_CURRENT,
    /kubeconfig is \[content\], but it has no current/,
  ),
  inContext(
    "a context that isn't in `$KUBECONFIG`",
    /context is "nosuch", but .*kc has no such context, but mine: set/,
    {
      ...{ files: { kc: KUBECONFIG }, env: { KUBECONFIG: "{folder}/kc" } },
    },
  ),
  inContext("a context in none of two files", /context is "nosuch", but .*has no such context/, {
    ...{ files: { a: KUBECONFIG, b: WITHOUT_CURRENT }, env: { KUBECONFIG: "{folder}/a:{folder}/b" } },
  }),
  inContext(
    "a context, and `$KUBECONFIG` isn't there",
    /context is "nosuch", but there is no kubeconfig .*none to have it: set/,
    {
      env: { KUBECONFIG: "{folder}/none" },
    },
  ),
  inContext(
    "a context that isn't in the kubeconfig",
    /context is "nosuch", but .*kc has no such context, but mine: set/,
    {
      ...{ files: { kc: KUBECONFIG }, cluster: { kubeconfig: "{folder}/kc", context: "nosuch" } },
    },
  ),
  inContext("a context of a file that is no YAML", /kubeconfig is ".*kc", but it can't be read/, {
    ...{ files: { kc: "{[: nosuch" }, cluster: { kubeconfig: "{folder}/kc", context: "other" } },
  }),
  {
    title: "an EKS cluster that isn't there",
    fails: {
      getCluster:
        "invocation of aws:eks/getCluster:getCluster returned an error: reading EKS Cluster (c): couldn't find resource",
    },
    says: /clusterName is "c", but there is no such EKS cluster in us-west-2: set clusterName or aws:region/,
  },
  {
    title: "a new cluster without kro and ACK",
    cluster: { createCluster: true, controllers: "none" },
    says: /controllers is "none", but createCluster makes a cluster without kro and ACK then.*leave it out/,
  },
  {
    title: "a key for a cluster's Secrets, of another region",
    cluster: { createCluster: true, cluster: { secretsKey: EUROPES } },
    says: /secretsKey is ".*", but the cluster is in us-west-2, and EKS takes no key of another region: set it to/,
  },
  {
    title: "an IAM role that isn't there",
    args: { roleName: "nosuch" },
    fails: { getRole: "reading IAM Role (nosuch): couldn't find resource" },
    says: /roleName is "nosuch", but there is no such IAM role in the account: set roleName/,
  },
  {
    title: "a key of another region",
    args: { tableKmsKey: EUROPES },
    says: /tableKmsKey is "arn:aws:kms:eu-west-1:.*", but the table is in us-west-2, .*: set tableKmsKey to/,
  },
  {
    title: "a key of another region, and a role that is there",
    args: { tableKmsKey: EUROPES, roleName: "mine" },
    says: /tableKmsKey is "arn:aws:kms:eu-west-1:.*", but the table is in us-west-2, .*: set tableKmsKey to/,
  },
  {
    title: "an instance's namespace that isn't there",
    args: { instanceNamespace: "nosuch" },
    hasCluster: true,
    says: /instanceNamespace is "nosuch", but the cluster has no such namespace: `kubectl create namespace nosuch`/,
  },
  refused(
    "a region that isn't there",
    "invalid AWS Region: mars-1",
    /aws:region is "mars-1", but AWS has no such region/,
    {
      config: { "aws:region": "mars-1" },
    },
  ),
  refused(
    "a region that has no address",
    "exceeded maximum number of attempts, 3, request send failed, dial tcp: lookup eks.us-west-9.amazonaws.com: no such host",
    /aws:region is "us-west-9", but no address is found for it .*set a region/,
    { config: { "aws:region": "us-west-9" } },
  ),
  refused("no region", 'missing required configuration key "aws:region"', /aws:region is not set: `pulumi config set/),
  refused(
    "keys that AWS doesn't know",
    `${STS} InvalidClientTokenId: The security token is invalid.`,
    /credentials were refused .*aws:profile/,
  ),
  refused(
    "a wrong secret key",
    `${STS} SignatureDoesNotMatch: The request signature`,
    /credentials were refused .*aws:profile/,
  ),
  refused(
    "keys that have expired",
    `${STS} ExpiredToken: The security token is expired`,
    /credentials were refused .*aws sso login/,
  ),
  refused(
    "a person's session that is over",
    "failed to refresh cached credentials, the SSO session has expired",
    /credentials were refused .*aws sso login/,
  ),
  refused(
    "no credentials",
    "No valid credential sources found.",
    /credentials were refused .*aws:profile or AWS_PROFILE/,
  ),
  refused(
    "credentials that may not look",
    "api error AccessDeniedException: User: u is not authorized to perform: eks:DescribeCluster",
    /credentials are not allowed to look that up .*docs\/previews\.md/,
  ),
  refused(
    "AWS out of reach",
    "dial tcp 127.0.0.1:9: connect: connection refused",
    /AWS can't be reached .*AWS_ENDPOINT_URL/,
  ),
  principal(
    "two roles to assume",
    { "aws:assumeRoles": '[{"roleArn":"a"},{"roleArn":"b"}]' },
    /aws:assumeRoles is set, but .*one role/,
  ),
  principal(
    "a role to assume with an external id",
    { "aws:assumeRoles": '[{"roleArn":"a","externalId":"x"}]' },
    /aws:assumeRoles is set, but .*no externalId: .*aws:profile/,
  ),
  principal(
    "a web identity's token in the config",
    { "aws:assumeRoleWithWebIdentity": '{"roleArn":"a","webIdentityToken":"x"}' },
    /aws:assumeRoleWithWebIdentity is set, but .*webIdentityTokenFile/,
  ),
  principal(
    "two config files of AWS's",
    { "aws:sharedConfigFiles": '["/a","/b"]' },
    /aws:sharedConfigFiles is set, but .*one file/,
  ),
];
