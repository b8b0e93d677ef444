import type { CustomResourceOptions, ProviderResource, Resource } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { nameOfUrn, type ResourceState } from "../stack/index.ts";

/** A resource of a state, with what Pulumi keeps of its options as well. */
export interface DeclaredState extends ResourceState {
  readonly parent?: string;
  readonly protect?: boolean;
  /** URNs. */
  readonly dependencies?: readonly string[];
  /** Seconds. */
  readonly customTimeouts?: Readonly<{ [operation: string]: number }>;
}

/** Inputs or outputs as a stack's state has them, secrets shown. */
type StateValues = Readonly<{ [name: string]: unknown }>;
type Sdk = typeof import("@pulumi/pulumi/index.js");

const STACK = "pulumi:pulumi:Stack";
const PROVIDERS = "pulumi:providers:";

/**
 * A program that declares an RGD of a stack by given inputs as the stack's own program has declared it: of the same URN, under
 * the same parents, with the same provider and options. It declares nothing else that isn't needed for that, and gives the stack the outputs that it
 * has. It is for an update that targets the RGD alone: Pulumi leaves all else of the stack as it is. Of the stack's own
 * program nothing is needed, whatever its language.
 *
 * @param resources - all of the stack's state, with the text of its secrets.
 * @param urn - of the RGD.
 * @see https://www.pulumi.com/docs/iac/automation-api/
 */
export function restoreProgram(resources: readonly DeclaredState[], urn: string, inputs: StateValues): PulumiFn {
  const find = (one: string | undefined) => resources.find((resource) => resource.urn === one && !resource.delete);
  return async () => {
    const sdk = await import("@pulumi/pulumi/index.js");
    const declaring = new Declaring(sdk, find);
    declaring.definition(find(urn)!, inputs);
    const { outputs = {} } = resources.find(({ type }) => type === STACK) ?? {};
    return shown(outputs, sdk);
  };
}

/** Declares what a state has, parents and providers first. */
class Declaring {
  readonly #sdk: Sdk;
  readonly #find: (urn: string | undefined) => DeclaredState | undefined;
  readonly #made = new Map<string, Resource>();

  constructor(sdk: Sdk, find: (urn: string | undefined) => DeclaredState | undefined) {
    this.#sdk = sdk;
    this.#find = find;
  }

  definition(state: DeclaredState, inputs: StateValues): void {
    this.#custom(state, inputs);
  }

  #custom(state: DeclaredState, inputs = state.inputs ?? {}): Resource {
    const { CustomResource } = this.#sdk;
    class Custom extends CustomResource {}
    return new Custom(state.type, nameOfUrn(state.urn), shown(inputs, this.#sdk), this.#optionsOf(state));
  }

  /** What the RGD is under, by or after, which is not targeted. */
  #declare(state: DeclaredState): Resource {
    const known = this.#made.get(state.urn);
    if (known) return known;
    const { custom, type } = state;
    const made = !custom
      ? this.#component(state)
      : type.startsWith(PROVIDERS)
        ? this.#provider(state)
        : this.#custom(state);
    this.#made.set(state.urn, made);
    return made;
  }

  #provider(state: DeclaredState): ProviderResource {
    const { ProviderResource } = this.#sdk;
    class Provider extends ProviderResource {}
    const inputs = shown(state.inputs ?? {}, this.#sdk);
    return new Provider(state.type.slice(PROVIDERS.length), nameOfUrn(state.urn), inputs, this.#optionsOf(state));
  }

  #component(state: DeclaredState): Resource {
    const { ComponentResource } = this.#sdk;
    const outputs = shown(state.outputs ?? {}, this.#sdk);
    class Component extends ComponentResource {
      constructor(...args: ConstructorParameters<typeof ComponentResource>) {
        super(...args);
        this.registerOutputs(outputs);
      }
    }
    return new Component(
      state.type,
      nameOfUrn(state.urn),
      shown(state.inputs ?? {}, this.#sdk),
      this.#optionsOf(state),
    );
  }

  #optionsOf({ type, inputs, parent, provider, ...kept }: DeclaredState): CustomResourceOptions {
    const { protect, retainOnDelete, dependencies = [], customTimeouts = {} } = kept;
    const above = this.#find(parent);
    const by = this.#find(provider?.split("::").slice(0, -1).join("::"));
    // Those of Pulumi's own making it makes again, of the version that a resource asks for.
    const isDefault = by !== undefined && /^default(_|$)/.test(nameOfUrn(by.urn));
    const { version } = (type.startsWith(PROVIDERS) ? inputs : by?.inputs) ?? {};
    const timeouts = Object.entries(customTimeouts).map(([operation, seconds]) => [operation, `${seconds}s`]);
    return {
      ...(above && above.type !== STACK && { parent: this.#declare(above) }),
      ...(by && !isDefault && { provider: this.#declare(by) as ProviderResource }),
      ...(protect !== undefined && { protect }),
      ...(retainOnDelete && { retainOnDelete }),
      ...(typeof version === "string" && { version }),
      ...(timeouts.length > 0 && { customTimeouts: Object.fromEntries(timeouts) }),
      dependsOn: dependencies.flatMap((one) => {
        const state = this.#find(one);
        return state ? [this.#declare(state)] : [];
      }),
    };
  }
}

/** Marks a value of Pulumi's own kind in a state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** What a state has, as a program gives it: secrets are secrets. Notes of Pulumi's own are left out. */
function shown(values: StateValues, { secret }: Sdk): { [name: string]: unknown } {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if (SIGNATURE in value && "plaintext" in value) return secret(JSON.parse(String(value.plaintext)));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  const own = Object.entries(values).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(own.map(([key, value]) => [key, walk(value)]));
}
