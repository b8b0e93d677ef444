/** What a room may import: other rooms, and of them the face only. */
export interface Room {
  /** Folder or file names at the top of the repository, or a folder with its path. */
  readonly at: readonly string[];
  /** Names of rooms. */
  readonly imports: readonly string[];
  /** Module that others come in by, when it isn't `index.ts`. */
  readonly face?: string;
  /** What it is, in the picture. */
  readonly what: string;
}

/** The house: every file of ours is in one of these rooms, and every arrow that may exist is here. */
export const ROOMS: Readonly<Record<string, Room>> = {
  program: {
    at: ["index.ts", "config.ts"],
    imports: ["components", "console"],
    face: "config.ts",
    what: "config, CartsStack, outputs",
  },
  components: {
    at: ["components"],
    imports: ["live", "console"],
    what: "role, association, RGD, instance",
  },
  kro: {
    at: ["packages/kro"],
    imports: [],
    what: "what kro makes of an RGD",
  },
  "kro-preview": {
    at: ["packages/kro-preview"],
    imports: ["kro", "iam", "live", "cli", "console"],
    what: "what a change does",
  },
  live: {
    at: ["packages/live"],
    imports: ["kro"],
    what: "how to look at a cluster",
  },
  // Apart from live, so that kro-preview, which asks a cluster, needs none of AWS's SDKs.
  aws: {
    at: ["packages/aws"],
    imports: ["live", "console"],
    what: "how to look at AWS",
  },
  iam: {
    at: ["packages/iam"],
    imports: ["kro"],
    what: "what an IAM policy says",
  },
  cli: {
    at: ["packages/cli"],
    imports: ["console"],
    what: "how a command runs",
  },
  console: {
    at: ["packages/console"],
    imports: [],
    what: "what a person sees",
  },
  // Apart from console, so that kro-preview, which has none, needs no package for it.
  table: {
    at: ["packages/table"],
    imports: ["console"],
    what: "how a table is laid out",
  },
  commands: {
    at: ["automation/commands", "automation/cli.ts", "automation/carts.mjs"],
    imports: [
      "stack",
      "update",
      "drift",
      "verify",
      "doctor",
      "open",
      "adopt",
      "rollout",
      "live",
      "kro-preview",
      "cli",
      "console",
    ],
    what: "the carts command",
  },
  stack: {
    at: ["automation/stack"],
    imports: ["components", "live", "aws", "iam", "kro-preview", "kro", "console"],
    what: "select, state, locks, recovery",
  },
  update: {
    at: ["automation/update"],
    imports: ["hold", "stack", "doctor", "heal", "live", "aws", "kro-preview", "kro", "console"],
    what: "up and destroy, live; causes",
  },
  drift: {
    at: ["automation/drift"],
    imports: ["stack", "iam", "kro-preview", "console"],
    what: "what others changed",
  },
  verify: {
    at: ["automation/verify"],
    imports: ["hold", "stack", "heal", "live", "aws", "iam", "kro-preview", "kro", "table", "console"],
    what: "is all of it there",
  },
  doctor: {
    at: ["automation/doctor"],
    imports: ["hold", "stack", "components", "heal", "live", "aws", "kro-preview", "kro", "table", "console"],
    what: "does the ground hold a stack",
  },
  heal: {
    at: ["automation/heal"],
    imports: ["live"],
    what: "pods that came too early",
  },
  open: {
    at: ["automation/open"],
    imports: ["stack", "live", "console"],
    what: "a local port",
  },
  adopt: {
    at: ["automation/adopt"],
    imports: ["components", "stack", "update", "live", "aws", "kro-preview", "kro", "console"],
    what: "what was made by hand, into the stack",
  },
  hold: {
    at: ["automation/hold"],
    imports: ["live", "kro"],
    what: "what a rollout holds",
  },
  rollout: {
    at: ["automation/rollout"],
    imports: ["hold", "stack", "update", "doctor", "live", "kro-preview", "kro", "console"],
    what: "an RGD's change, in stages",
  },
  policy: {
    at: ["policy"],
    imports: ["kro-preview", "kro"],
    face: "policy/pack.ts",
    what: "Pulumi's policy pack over kro's children",
  },
  sandbox: {
    at: ["sandbox"],
    imports: [],
    face: "sandbox/testing.ts",
    what: "cluster and cloud on one machine",
  },
  bench: {
    at: ["bench"],
    imports: ["sandbox", "components", "kro", "kro-preview"],
    what: "how fast",
  },
};
