import type { CustomResourceOptions, Inputs, ProviderResource, Resource } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { PULUMI_SIGNATURE } from "../../packages/kro-preview/index.ts";
import { nameOfUrn, type ResourceState } from "../stack/index.ts";

/** A resource of a state, with what Pulumi keeps of its options as well. */
export interface DeclaredState extends ResourceState {
  readonly parent?: string;
  readonly protect?: boolean;
  /** URNs. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<{ [property: string]: readonly string[] | null }>;
  readonly deletedWith?: string;
  readonly aliases?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** Seconds. */
  readonly customTimeouts?: Readonly<{ [operation: string]: number }>;
  /** URN of a resource that makes this one up. */
  readonly viewOf?: string;
}

/** Inputs or outputs as a stack's state has them, secrets shown. */
type StateValues = Readonly<{ [name: string]: unknown }>;
type Sdk = typeof import("@pulumi/pulumi/index.js");

const STACK = "pulumi:pulumi:Stack";
const PROVIDERS = "pulumi:providers:";

/**
 * A program that declares a stack as its state has it, but an RGD by given inputs: of the same URN, under the same parents,
 * with the same provider and options; and gives the stack the outputs that it has. It is for an update that targets the
 * RGD alone: Pulumi asks no plugin about the others, and leaves them as they are. They are declared because Pulumi takes
 * what depends on the RGD, and isn't declared, for something to delete. Of the stack's own program nothing is needed,
 * whatever its language.
 *
 * @param resources - all of the stack's state, with the text of its secrets.
 * @param urn - of the RGD.
 * @see https://www.pulumi.com/docs/iac/automation-api/
 */
export function restoreProgram(resources: readonly DeclaredState[], urn: string, inputs: StateValues): PulumiFn {
  const present = resources.filter((one) => !one.delete && one.viewOf === undefined);
  return async () => {
    const sdk = await import("@pulumi/pulumi/index.js");
    const states = present.map((one) => (one.urn === urn ? { ...one, inputs } : one));
    const declaring = new Declaring(sdk, new Map(states.map((one) => [one.urn, one])));
    for (const state of states) if (state.type !== STACK && !isDefault(state)) declaring.declare(state);
    return shown(states.find(({ type }) => type === STACK)?.outputs ?? {}, sdk);
  };
}

/** A provider that Pulumi makes itself, of the version that a resource asks for. */
const isDefault = ({ type, urn }: DeclaredState): boolean =>
  type.startsWith(PROVIDERS) && /^default(_|$)/.test(nameOfUrn(urn));

/** Declares what a state has: what something is under, by or after first. */
class Declaring {
  readonly #sdk: Sdk;
  readonly #states: ReadonlyMap<string, DeclaredState>;
  readonly #made = new Map<string, Resource>();

  constructor(sdk: Sdk, states: ReadonlyMap<string, DeclaredState>) {
    this.#sdk = sdk;
    this.#states = states;
  }

  declare(state: DeclaredState): Resource {
    const known = this.#made.get(state.urn);
    if (known) return known;
    const { ComponentResource, CustomResource, ProviderResource } = this.#sdk;
    class Custom extends CustomResource {}
    class Provider extends ProviderResource {}
    class Component extends ComponentResource {
      constructor(...args: ConstructorParameters<typeof ComponentResource>) {
        super(...args);
        if (Object.keys(outputs).length > 0) this.registerOutputs(outputs);
      }
    }
    const outputs = state.custom ? {} : shown(state.outputs ?? {}, this.#sdk);
    const { type } = state;
    const name = nameOfUrn(state.urn);
    const inputs = this.#inputsOf(state);
    const options = this.#optionsOf(state);
    const made = !state.custom
      ? new Component(type, name, inputs, options)
      : type.startsWith(PROVIDERS)
        ? new Provider(type.slice(PROVIDERS.length), name, inputs, options)
        : new Custom(type, name, inputs, options);
    this.#made.set(state.urn, made);
    return made;
  }

  /** Each with what it comes from. */
  #inputsOf({ type, inputs = {}, propertyDependencies = {} }: DeclaredState): Inputs {
    const { all } = this.#sdk;
    // The engine notes those of a provider's options among its inputs.
    const { version: _, pluginDownloadURL: __, ...own } = inputs;
    const declared = type.startsWith(PROVIDERS) ? own : inputs;
    return Object.fromEntries(
      Object.entries(shown(declared, this.#sdk)).map(([key, value]) => {
        const from = this.#resources(propertyDependencies[key] ?? []);
        return [key, from.length > 0 ? all([value, ...from.map(({ urn }) => urn)]).apply(([own]) => own) : value];
      }),
    );
  }

  #optionsOf(state: DeclaredState): CustomResourceOptions {
    const { type, inputs, parent, provider, protect, retainOnDelete, customTimeouts = {}, deletedWith } = state;
    const { dependencies = [], aliases = [], additionalSecretOutputs, external, id } = state;
    const by = this.#states.get(provider?.split("::").slice(0, -1).join("::") ?? "");
    const { version, pluginDownloadURL } = (type.startsWith(PROVIDERS) ? inputs : by?.inputs) ?? {};
    const timeouts = Object.entries(customTimeouts).map(([operation, seconds]) => [operation, `${seconds}s`]);
    const [above] = this.#resources([parent ?? ""]);
    const [goesWith] = this.#resources([deletedWith ?? ""]);
    return {
      ...(above && { parent: above }),
      ...(by && !isDefault(by) && { provider: this.declare(by) as ProviderResource }),
      ...(protect !== undefined && { protect }),
      ...(retainOnDelete && { retainOnDelete }),
      ...(external && id !== undefined && { id }),
      ...(typeof version === "string" && { version }),
      ...(typeof pluginDownloadURL === "string" && { pluginDownloadURL }),
      ...(timeouts.length > 0 && { customTimeouts: Object.fromEntries(timeouts) }),
      ...(goesWith && { deletedWith: goesWith }),
      ...(additionalSecretOutputs && { additionalSecretOutputs: [...additionalSecretOutputs] }),
      aliases: [...aliases],
      dependsOn: this.#resources(dependencies),
    };
  }

  /** The root has no parent, and of what is gone nothing depends. */
  #resources(urns: readonly string[]): Resource[] {
    return urns.flatMap((urn) => {
      const state = this.#states.get(urn);
      return state && state.type !== STACK ? [this.declare(state)] : [];
    });
  }
}

/** What a state has, as a program gives it: secrets are secrets. Notes of Pulumi's own are left out. */
function shown(values: StateValues, { secret }: Sdk): { [name: string]: unknown } {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if (PULUMI_SIGNATURE in value && "plaintext" in value) return secret(JSON.parse(String(value.plaintext)));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  const own = Object.entries(values).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(own.map(([key, value]) => [key, walk(value)]));
}
