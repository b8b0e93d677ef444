import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentResource, ComponentResourceOptions, Inputs } from "@pulumi/pulumi";
import { type ConstructResult, main, type Provider } from "@pulumi/pulumi/provider/index.js";
import { shareByAddress } from "../previousState.ts";
import * as components from "./index.ts";
import type { PackageSchema } from "./schema.ts";

type Constructor = new (name: string, args: never, opts: ComponentResourceOptions) => ComponentResource;

/**
 * Makes the components for programs of other languages. Pulumi's own host of components would do, but it analyzes the
 * types at each first component of an update; here the schema is at hand.
 */
class CartsProvider implements Provider {
  readonly schema = readFileSync(join(import.meta.dirname, "schema.json"), "utf8");
  readonly #parsed = JSON.parse(this.schema) as PackageSchema;
  readonly version = this.#parsed.version;

  /** @throws Error when the package has no such type. What the component throws is printed as it is. */
  async construct(name: string, type: string, args: Inputs, opts: ComponentResourceOptions): Promise<ConstructResult> {
    const component = (components as Record<string, Constructor>)[type.split(":")[2] ?? ""];
    const definition = this.#parsed.resources[type];
    if (!component || !definition) throw new Error(`the package ${this.#parsed.name} has no resource ${type}`);
    const resource = new component(name, args as never, opts);
    const outputs = Object.keys(definition.properties);
    return {
      urn: resource.urn,
      state: Object.fromEntries(outputs.map((output) => [output, resource[output as keyof typeof resource]])),
    };
  }
}

shareByAddress();
await main(new CartsProvider(), process.argv.slice(2));
