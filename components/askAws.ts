import { Config, Output } from "@pulumi/pulumi";
import { hide } from "./checkArgs.ts";
import { isEngineGone } from "./engineGone.ts";
import { type Given, settle } from "./given.ts";
import { currentEngine } from "./previousState.ts";
import { nothingChanged, Refusal } from "./refusal.ts";
import { but } from "./rules/ruleAcross.ts";

/** What is asked for by a name of the user's. */
export interface Sought {
  /** The argument that has the name. */
  readonly key: string;
  readonly name: Given<string>;
  /** The end of "<key> is <name>, but ..." where AWS has none. */
  readonly missing: (region: string) => string;
}

/**
 * What a function of Pulumi's AWS provider gives. Where it fails, it fails with a {@link Refusal} that names the key that is
 * to blame, and what to do: Pulumi's own error comes with a stack, once for each question.
 */
export function askAws<T>(answer: Output<T>, sought?: Sought): Output<T> {
  const inside = answer as unknown as Inside;
  countOpen(inside);
  const fail = async (error: Error): Promise<never> => {
    // What the question comes after may have been refused.
    throw error instanceof Refusal || isEngineGone(error) ? error : await refusalFor(error.message, sought);
  };
  // Nothing of Pulumi's own changes an Output's error alone; an `apply` is not called where there is one.
  return new (Output as unknown as OutputClass<T>)(
    inside.resources(),
    inside.promise(true).catch(fail),
    inside.isKnown.catch(() => true),
    inside.isSecret.catch(() => false),
    inside.allResources().catch(() => new Set()),
  );
}

/** What Pulumi's own types leave out of an Output. */
interface Inside {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  resources(): Set<unknown>;
  allResources(): Promise<Set<unknown>>;
  promise(withUnknowns: boolean): Promise<unknown>;
}

type OutputClass<T> = new (
  resources: Set<unknown>,
  value: Promise<unknown>,
  isKnown: Promise<boolean>,
  isSecret: Promise<boolean>,
  allResources: Promise<Set<unknown>>,
) => Output<T>;

/** How many questions AWS has not answered. */
let open = 0;

function countOpen(answer: Inside): void {
  open++;
  answer.promise(true).then(
    () => open--,
    (error) => isEngineGone(error) || open--,
  );
  process.removeListener("unhandledRejection", hint);
  process.prependListener("unhandledRejection", hint);
}

/** Where the provider can't be configured, Pulumi 3.274's engine says why, and ends: nothing else that is said here is heard any more. */
function hint(error: unknown): void {
  if (open === 0 || !isEngineGone(error)) return;
  open = 0;
  console.error(AS_WHOM);
}

const AS_WHOM =
  "as whom AWS was asked, and where, say aws:profile, aws:region and aws:allowedAccountIds, or AWS_PROFILE and AWS_REGION; " +
  "`aws sts get-caller-identity` shows it";

/** The region that the provider has: its config, else the environment. */
const regionOf = (): string =>
  new Config("aws").get("region") ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "";

const CREDENTIALS =
  "aws:profile or AWS_PROFILE names others, `aws sso login` renews those of a person, and " +
  "`aws sts get-caller-identity` says whose they are";

/** What AWS, or Pulumi's provider for it, says, and the key and the remedy that go with it. */
const CAUSES: readonly (readonly [said: RegExp, told: (said: string) => string])[] = [
  [
    /missing (?:required configuration key "aws:region"|region)|AWS region is required/i,
    () => "aws:region is not set: `pulumi config set aws:region us-west-2` sets it, or AWS_REGION in the environment",
  ],
  [
    /invalid (?:AWS )?region|the region "[^"]*" is not/i,
    () =>
      but(
        "aws:region",
        regionOf(),
        "AWS has no such region that this account can use: `pulumi config set aws:region us-west-2` sets another",
      ),
  ],
  [
    /no such host|resolve (?:service )?endpoint/i,
    (said) =>
      but(
        "aws:region",
        regionOf(),
        `no address is found for it (${said}): set a region that there is, or look at this machine's network`,
      ),
  ],
  // Newer engines answer with what the provider says when it is configured.
  [/account ID not allowed/i, (said) => `${said}: ${AS_WHOM}`],
  [
    /not authorized to perform|AccessDenied/,
    (said) =>
      `the AWS credentials are not allowed to look that up (${said}): docs/previews.md lists what a preview asks for`,
  ],
  [
    /credential|security token|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient|AuthFailure/i,
    (said) => `the AWS credentials were refused (${said}): ${CREDENTIALS}`,
  ],
  [
    /no answer from|connection refused|request send failed|context deadline exceeded|i\/o timeout/i,
    (said) => `AWS can't be reached from here (${said}): look at AWS_ENDPOINT_URL, aws:endpoints and HTTPS_PROXY`,
  ],
];

const MISSING = /couldn't find resource|NoSuchEntity|ResourceNotFoundException|empty result/;

async function refusalFor(message: string, sought: Sought | undefined): Promise<Refusal> {
  const said = message
    .replace(/^invocation of \S+ returned an error: /, "")
    .replace(/\s+/g, " ")
    .trim();
  if (sought && MISSING.test(said)) {
    const secrets = new Set<string>();
    const name = await settle(sought.name, secrets);
    return oneOf(hide(but(sought.key, name, sought.missing(regionOf())), secrets));
  }
  const told = CAUSES.find(([pattern]) => pattern.test(said))?.[1];
  return oneOf(told?.(short(said)) ?? `AWS was asked in vain: ${short(said)}`);
}

/** The end of what AWS says has its reason. */
const short = (said: string): string => (said.length > 300 ? `…${said.slice(-300)}` : said);

/** Pulumi reports each error once, and several questions may fail for the same reason. */
const refusals = new WeakMap<object, Map<string, Refusal>>();

function oneOf(problem: string): Refusal {
  const engine = currentEngine();
  const known = refusals.get(engine) ?? new Map<string, Refusal>();
  refusals.set(engine, known);
  const refusal = known.get(problem) ?? nothingChanged(problem);
  known.set(problem, refusal);
  return refusal;
}
