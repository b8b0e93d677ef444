/**
 * How many resources Pulumi works on at a time where nobody says so. Its own number is four for each core, which is one of
 * work; here nearly all of the time is kro's, and waiting for it costs nothing. kro brings about some 10 instances a second
 * by default, each in some 10 seconds: more than 100 would wait for it in vain, and ask IAM and EKS for more at once than
 * they let an account.
 */
const AT_A_TIME = 100;

/** What says so in Pulumi's environment: it reads them itself, and an option of its command line would go before them. */
const VARIABLES = ["PULUMI_PARALLEL", "PULUMI_OPTION_PARALLEL"] as const;

/**
 * How many resources Pulumi is told to work on at a time; undefined where its environment says so.
 *
 * @param given - by `--parallel`.
 */
export function parallelOf(
  given: number | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): number | undefined {
  if (given !== undefined) return given;
  return VARIABLES.some((name) => environment[name]) ? undefined : AT_A_TIME;
}
