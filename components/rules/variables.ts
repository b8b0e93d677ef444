import { isLater } from "../given.ts";
import { but, type RuleAcross } from "./ruleAcross.ts";

/** Of a variable, by its name. */
export const VARIABLE = {
  maxLength: 253,
  pattern: "^[A-Za-z_][A-Za-z0-9_.-]*$",
  must: "must hold names of letters, digits, `_`, `.` and `-`",
} as const;

/** A key of a Secret, of the pods' namespace. */
export const SECRET_KEY = {
  secret: {
    type: "string",
    description: "Name of the Secret.",
    required: true,
    maxLength: 253,
    pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    must: "must be a Secret's name: 1 to 253 lower-case letters, digits, `-` and `.`",
  },
  key: {
    type: "string",
    description: "Key in the Secret.",
    required: true,
    maxLength: 253,
    pattern: "^[-._a-zA-Z0-9]+$",
    must: "must be a Secret's key: 1 to 253 letters, digits, `-`, `_` and `.`",
  },
} as const;

/** What the instance sets itself. Spring reads a variable in any spelling: `retail.cart.persistence.provider` too. */
const OWN = ["RETAIL_CART_PERSISTENCE_PROVIDER", "RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME"];
const spelling = (name: string): string => name.toLowerCase().replace(/[._-]/g, "");
const OWN_SPELLINGS = OWN.map(spelling);

/**
 * What an AWS SDK takes credentials from before it asks Pod Identity's agent, and how it asks that.
 *
 * @see https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/credentials-chain.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
const CREDENTIALS =
  /^AWS_(?:CONTAINER_.*|ACCESS_KEY(?:_ID)?|SECRET_(?:ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|(?:DEFAULT_)?PROFILE|WEB_IDENTITY_.*|ROLE_ARN|ROLE_SESSION_NAME|SHARED_CREDENTIALS_FILE|CREDENTIAL_PROFILES_FILE|CONFIG_FILE)$/;

/** The same, as options of Java's. */
const JAVA_OPTIONS = /^(?:JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|_JAVA_OPTIONS)$/;
const JAVA_CREDENTIALS = /-Daws\.(?:accessKeyId|secretAccessKey|sessionToken|profile|webIdentityTokenFile|roleArn)\b/;

/** Bytes of `NAME=value` that Linux starts a program with, less the NUL at its end: execve(2). */
const LONGEST = 128 * 1024 - 1;
/** Bytes of all of them: the instance, the Deployment and each pod hold them, and etcd takes 1.5 MiB of an object. */
const MOST = 1024 * 1024;

const COMES_BEFORE =
  "would come before the credentials that EKS Pod Identity injects: leave it out, and give the role what it needs";

export const variablesAreFree: RuleAcross = {
  of: ["environment", "environmentFrom"],
  problems: (args) =>
    (["environment", "environmentFrom"] as const).flatMap((key) =>
      Object.entries(args[key]).flatMap(([name, value]: [string, unknown]) => {
        if (OWN_SPELLINGS.includes(spelling(name))) {
          return [but(key, name, "is set by the stack: use tableName to change the table")];
        }
        const isShadow =
          CREDENTIALS.test(name) ||
          (JAVA_OPTIONS.test(name) && typeof value === "string" && JAVA_CREDENTIALS.test(value));
        return isShadow ? [but(key, name, COMES_BEFORE)] : [];
      }),
    ),
};

export const variablesHaveOneSource: RuleAcross = {
  of: ["environment", "environmentFrom"],
  problems: ({ environment, environmentFrom }) =>
    Object.keys(environmentFrom)
      .filter((name) => name in environment)
      .map((name) => but("environmentFrom", name, "environment has it, too: leave it out of one of them")),
};

export const variablesFit: RuleAcross = {
  of: ["environment"],
  problems: ({ environment }) => {
    const sizes = Object.entries(environment).flatMap(([name, value]): [string, number][] =>
      isLater(value) ? [] : [[name, Buffer.byteLength(`${name}=${value}`)]],
    );
    const long = sizes.filter(([, size]) => size > LONGEST);
    const all = sizes.reduce((sum, [, size]) => sum + size, 0);
    if (long.length === 0 && all > MOST) {
      return [
        `environment has ${all} bytes, but all variables together can have ${MOST}: mount a file, or leave some out`,
      ];
    }
    return long.map(
      ([name, size]) =>
        `environment.${name} has ${size} bytes with its name, but Linux starts no program with more than ${LONGEST}: shorten it`,
    );
  },
};
