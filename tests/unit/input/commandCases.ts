import type { Case } from "./refusal.ts";

/** What is typed after `carts`, and is refused. */
export interface CommandCase extends Case {
  readonly argv: readonly string[];
  /** Default: a stack is chosen. */
  readonly env?: Readonly<Record<string, string>>;
}

const of = (line: string, says: RegExp, more: Partial<CommandCase> = {}): CommandCase => ({
  ...{ title: `carts ${line}`, argv: words(line), says },
  ...more,
});

/** As a shell splits it. */
const words = (line: string): string[] =>
  (line.match(/'[^']*'|[^\s']+/g) ?? []).map((word) => word.replace(/^'|'$/g, ""));

const WITH = "-s dev";

export const COMMAND_CASES: readonly CommandCase[] = [
  of("foo", /unknown command 'foo'/),
  of("pu", /unknown command 'pu'/),
  of(`up ${WITH} --nosuch`, /unknown option '--nosuch'/),
  of(`up ${WITH} --stak dev`, /unknown option '--stak'[\s\S]*Did you mean --stack/),
  of(`up ${WITH} extra`, /too many arguments for 'up'/),
  of("up", /required option '-s, --stack <name>' not specified/),
  of("up --stack", /option '-s, --stack <name>' argument missing/),
  of("up --stack ''", /'-s, --stack <name>' argument '' is invalid.*`pulumi stack ls`/),
  of("up --stack --json", /'-s, --stack <name>' argument '--json' is invalid.*`pulumi stack ls`/),
  of("up --stack 'a b'", /'-s, --stack <name>' argument 'a b' is invalid/),
  of("up --stack a/b/c/d", /'-s, --stack <name>' argument 'a\/b\/c\/d' is invalid/),
  of(`up --stack ${"x".repeat(101)}`, /'-s, --stack <name>' argument 'x+' is invalid/, {
    title: "carts up --stack, with 101 letters",
  }),
  of("up --stack größe", /'-s, --stack <name>' argument 'größe' is invalid/),
  of("up", /'-s, --stack <name>' value '' from env 'PULUMI_STACK' is invalid/, {
    ...{ title: "PULUMI_STACK= carts up", env: { PULUMI_STACK: "" } },
  }),
  of(`up ${WITH} --timeout 0s`, /'--timeout <time>' argument '0s' is invalid. A time is written/),
  of(`up ${WITH} --timeout 1e3`, /'--timeout <time>' argument '1e3' is invalid. A time is written/),
  of(`destroy ${WITH} --timeout -5m`, /'--timeout <time>' argument '-5m' is invalid/),
  of(`verify ${WITH} --timeout 577h`, /'--timeout <time>' argument '577h' is invalid.*at most 576h/),
  of(`up ${WITH} --parallel 0`, /'-p, --parallel <number>' argument '0' is invalid. A whole number, from 1/),
  of(`up ${WITH} --parallel 1e3`, /'-p, --parallel <number>' argument '1e3' is invalid/),
  of(`up ${WITH} --parallel 2147483648`, /'-p, --parallel <number>' argument '2147483648' is invalid.*to 2147483647/),
  of("doctor --cluster-name 'two words'", /'--cluster-name <name>' argument 'two words' is invalid.*1 to 100 letters/),
  of("doctor --region West", /'--region <region>' argument 'West' is invalid. A region is written such as us-west-2/),
  of(`open ${WITH} --port 65536`, /'--port <number>' argument '65536' is invalid. A port is a number from 0 to 65535/),
  of(`open ${WITH} --port 0x50`, /'--port <number>' argument '0x50' is invalid/),
  of(`open ${WITH} --service db`, /'--service <name>' argument 'db' is invalid. Allowed choices are carts, ui/),
  of(`preview ${WITH} --format pdf`, /'-f, --format <format>' argument 'pdf' is invalid. Allowed choices are tree/),
  of(
    `preview ${WITH} --allow nosuch`,
    /'--allow <danger,...>' argument 'nosuch' is invalid. There is no danger "nosuch"/,
  ),
  of(`preview ${WITH} --allow toString`, /'--allow <danger,...>' argument 'toString' is invalid/),
  of(
    `preview ${WITH} --details-url here`,
    /'--details-url <url>' argument 'here' is invalid. An address begins with https/,
  ),
  of(`preview ${WITH} --output ''`, /'-o, --output <file>' argument '' is invalid. A path can't be empty/),
  of(`up ${WITH} --cwd ''`, /'-C, --cwd <folder>' argument '' is invalid. A path can't be empty/),
  of(`up ${WITH} --config-file ''`, /'--config-file <file>' argument '' is invalid. A path can't be empty/),
  of(`verify ${WITH} --kubeconfig ''`, /'--kubeconfig <file>' argument '' is invalid. A path can't be empty/),
  of(`up ${WITH} --cwd /no/where`, /there is no folder \/no\/where: --cwd names that of the Pulumi project/),
  of(`preview ${WITH} --cwd /`, /there is no Pulumi project in \/: --cwd names its folder/),
  of(`status ${WITH} --config-file /no/where.yaml`, /there is no config file \/no\/where.yaml: --config-file/),
  of(`status ${WITH} --config-file /`, /\/ can't be a stack's config: --config-file names a .yaml/),
  of(`preview ${WITH} --rgd /no/where`, /--rgd: there is no file or folder \/no\/where/),
  of(`preview ${WITH} --output /no/where/report.md`, /cannot write \/no\/where\/report.md: there is no folder/),
  of("outputs -s nosuch", /there is no stack nosuch: `pulumi stack init` makes one/),
  of(
    `rollout ${WITH} --stages 0,50%`,
    /'--stages <list>' argument '0,50%' is invalid. Numbers of instances, or shares/,
  ),
  of(
    `rollout ${WITH} --stages 10,50%,5`,
    /'10,50%,5' is invalid\. How many there are at the end of each stage: 5 is not more than/,
  ),
  of(`rollout ${WITH} --stages 101%`, /'--stages <list>' argument '101%' is invalid/),
  of(
    `rollout ${WITH} --canary Blue`,
    /'--canary <instances>' argument 'Blue' is invalid. `namespace\/name` of instances/,
  ),
  of(`rollout ${WITH} --canary 0`, /'--canary <instances>' argument '0' is invalid. A whole number, from 1/),
  of(`rollout ${WITH} --ignore a/b/c`, /'--ignore <instances>' argument 'a\/b\/c' is invalid/),
  of(`rollout ${WITH} --soak 3`, /'--soak <time>' argument '3' is invalid. A time is written/),
  of(
    `rollout ${WITH} --on-failure stop`,
    /'--on-failure <what>' argument 'stop' is invalid. Allowed choices are back, hold/,
  ),
  of(`rollout ${WITH} --resume --back`, /'--resume' cannot be used with option '--back'/),
  of(`rollout ${WITH} --resume --soak 3s`, /'--resume' cannot be used with option '--soak <time>'/),
  of(`rollout ${WITH} --back --on-failure hold`, /'--back' cannot be used with option '--on-failure <what>'/),
];
