import { providerOfAws } from "../../stack/index.ts";
import { NotChecked, ok, warn, wrong } from "../finding.ts";
import type { Ground } from "../ground.ts";
import type { Probe } from "../probe.ts";

const CREDENTIALS =
  "aws:profile or AWS_PROFILE names others, `aws sso login` renews those of a person, and `aws sts get-caller-identity` says whose they are";

/** Whether AWS takes the credentials, and they are of the account that the stack is in. */
export const account: Probe = {
  id: "aws-account",
  topic: "AWS",
  wanted: "credentials of the stack's account",
  async look(ground) {
    const caller = await ground.platform.caller().catch((error: Error) => error);
    if (caller instanceof NotChecked) throw caller;
    if (caller === undefined || caller instanceof Error) {
      // The program refuses them itself, before it declares anything.
      return { ...wrong(caller?.message ?? "AWS says nothing of them", CREDENTIALS), mayPass: true };
    }
    const own = accountOf(ground);
    const found = `${caller.account}, as ${caller.arn}`;
    if (own === undefined || own === caller.account) return ok(found);
    return wrong(`${found}; the stack is in ${own}`, `use those that \`carts up\` uses there: ${CREDENTIALS}`);
  },
};

/** The account that a stack's resources in AWS are in, by their ARNs: those of the provider whose credentials are asked. */
function accountOf(ground: Ground): string | undefined {
  const provider = providerOfAws(ground.stack?.managed?.resources ?? [])?.urn;
  const arns = ground.stack?.managed?.resources
    .filter((one) => one.type.startsWith("aws:") && one.provider === provider)
    .flatMap(({ outputs }) => [outputs.arn, outputs.associationArn]);
  return arns
    ?.map((arn) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(String(arn))?.[1])
    .find((found) => found !== undefined);
}

/** Whether a region is set. */
export const region: Probe = {
  id: "aws-region",
  topic: "AWS",
  wanted: "a region is set",
  look: ({ platform }) =>
    platform
      .region()
      .then(ok, (error: Error) =>
        wrong(error.message, "`pulumi config set aws:region us-west-2` sets it, or AWS_REGION, or --region"),
      ),
};

/** From which share of a quota on it is worth a word. */
const NEAR = 0.9;

/** Whether the account may have another IAM role. */
export const rolesQuota: Probe = {
  id: "iam-roles",
  topic: "quotas",
  wanted: "room for another IAM role",
  async look({ platform }) {
    const { Roles, RolesQuota } = await platform.accountSummary();
    if (Roles === undefined || RolesQuota === undefined) throw new Error("IAM doesn't say how many there may be");
    const found = `${Roles} of ${RolesQuota}`;
    const more =
      "delete roles that nobody uses, ask for more (Service Quotas, L-FE177D64), or set roleName to one that is there";
    if (Roles >= RolesQuota) return wrong(found, more);
    return Roles >= RolesQuota * NEAR ? warn(found, more) : ok(found);
  },
};
