import { isProperties, type Properties, type PropertyValue } from "../plugin/values.ts";
import { requireLoopback } from "./endpoint.ts";
import { StandInError } from "./standInError.ts";

/** The provider's configuration, read and checked. */
export interface ProviderConfig {
  /** The region's code, for example `us-west-2`. */
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** URLs by service name, where the config overrides the environment. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** How often a failed call is tried again; undefined for the default of the SDK. */
  readonly maxRetries?: number;
  /** Whether to skip the call that proves the credentials. Default: false. */
  readonly skipCredentialsValidation: boolean;
  /** When not empty, the only accounts that may be used. */
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  /** Tags that every resource gets. */
  readonly defaultTags: Readonly<Record<string, string>>;
}

const settings = new Set(["region", "accessKey", "secretKey", "token", "endpoints", "maxRetries", "defaultTags"]);
const accountChecks = new Set(["allowedAccountIds", "forbiddenAccountIds", "skipCredentialsValidation"]);
// Without a meaning here, but usual where the endpoint is an emulator.
const withoutEffect = new Set([
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "s3UsePathStyle",
  // The engine's own.
  "version",
  "pluginDownloadURL",
]);

/** What is wrong with the names of the config's keys: one text a key that is refused. */
export function refusedKeys(args: Properties): { key: string; reason: string }[] {
  const given = Object.keys(args).filter((key) => !key.startsWith("__") && !isUnset(parseSetting(args[key])));
  const refused = given.filter((key) => !settings.has(key) && !accountChecks.has(key) && !withoutEffect.has(key));
  return refused.map((key) => ({
    key,
    reason: new StandInError(
      key === "profile"
        ? 'the provider setting "profile" is refused: a sandbox must not use your AWS accounts. Remove aws:profile'
        : `the provider setting ${JSON.stringify(key)} is not implemented. Remove aws:${key} from this stack`,
    ).message,
  }));
}

/** Reads the provider's arguments, with the AWS environment variables for what they leave out. Throws on a bad one. */
export function readProviderConfig(args: Properties, env: NodeJS.ProcessEnv = process.env): ProviderConfig {
  const [refused] = refusedKeys(args);
  if (refused) throw new Error(refused.reason);
  const setting = (key: string) => parseSetting(args[key]);
  const text = (key: string, ...variables: string[]) =>
    [setting(key), ...variables.map((name) => env[name])].find((value) => value !== undefined && value !== "");

  const region = text("region", "AWS_REGION", "AWS_DEFAULT_REGION");
  if (!region)
    throw new Error('missing required configuration key "aws:region": The region where AWS operations will take place');
  const accessKeyId = text("accessKey", "AWS_ACCESS_KEY_ID");
  const secretAccessKey = text("secretKey", "AWS_SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      "no valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws:accessKey and aws:secretKey",
    );
  }
  const sessionToken = text("token", "AWS_SESSION_TOKEN");
  const maxRetries = setting("maxRetries");
  const defaultTags = setting("defaultTags");
  return {
    region: String(region),
    credentials: {
      accessKeyId: String(accessKeyId),
      secretAccessKey: String(secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : String(sessionToken),
    },
    endpoints: readEndpoints(setting("endpoints")),
    maxRetries: maxRetries === undefined ? undefined : Number(maxRetries),
    skipCredentialsValidation: String(setting("skipCredentialsValidation")) === "true",
    allowedAccountIds: texts(setting("allowedAccountIds")),
    forbiddenAccountIds: texts(setting("forbiddenAccountIds")),
    defaultTags: isProperties(defaultTags) ? textMap(defaultTags.tags) : {},
  };
}

/** Provider settings that are not texts come as JSON texts; `12345` in the list of accounts stays a text. */
function parseSetting(value: PropertyValue | undefined): PropertyValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value === null ? undefined : value;
  try {
    return JSON.parse(value) as PropertyValue;
  } catch {
    return value;
  }
}

function isUnset(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === "" || value === "null";
}

function readEndpoints(value: PropertyValue | undefined): Record<string, string> {
  const entries = (Array.isArray(value) ? value : []).flatMap((item) =>
    isProperties(item) ? Object.entries(item) : [],
  );
  const urls = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "");
  for (const [service, url] of urls) requireLoopback(service, url);
  return Object.fromEntries(urls);
}

function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textMap(value: PropertyValue | undefined): Record<string, string> {
  return isProperties(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)])) : {};
}
