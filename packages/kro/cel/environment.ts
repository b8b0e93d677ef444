import { type Context, Environment, type ParseResult, type TypeCheckResult } from "@marcbachmann/cel-js";
import { adapt } from "./adapt.ts";
import { renewBudget } from "./budget.ts";
import { TypeCheck } from "./check/checker.ts";
import { celType } from "./check/type.ts";
import { internals } from "./internals.ts";
import { Cidr } from "./library/cidr.ts";
import { IpAddress } from "./library/ip.ts";
import { OptionalType } from "./library/optionals.ts";
import { Quantity } from "./library/quantity.ts";
import { CONDITION_FIELDS, Condition, Runtime } from "./library/runtime.ts";
import { Semver } from "./library/semver.ts";
import { CelUrl } from "./library/url.ts";
import { loosen } from "./loosen.ts";
import { nameFields, translateNotation } from "./notation.ts";
import type { CelType } from "./types.ts";

type Options = ConstructorParameters<typeof Environment>[0];

/** cel-go allows lists and maps of mixed types. */
const OPTIONS = { enableOptionalTypes: true, homogeneousAggregateLiterals: false };

/** cel-js with the functions and the meaning of kro's CEL: what is parsed here is evaluated as kro does. */
class KroEnvironment extends Environment {
  override parse(expression: string): ParseResult {
    const parsed = this.#parsed(expression);
    adapt(parsed.ast, loosen);
    const evaluate = (context?: Context): unknown => {
      renewBudget();
      return parsed(context);
    };
    return Object.assign(evaluate, { ast: parsed.ast, check: () => this.check(expression) });
  }

  /** What is checked is never evaluated, and what is evaluated has no types: cel-js knows others than cel-go. */
  override check(expression: string): TypeCheckResult {
    try {
      const parsed = this.#parsed(expression);
      let type: CelType | undefined;
      internals(parsed.ast).check = (checker, node, scope) => {
        type = celType(new TypeCheck(checker, scope).resultOf(node));
        return checker.getType("dyn");
      };
      const result = parsed.check();
      return type === undefined ? result : { ...result, type };
    } catch (error) {
      return { valid: false, error: error as TypeCheckResult["error"] };
    }
  }

  #parsed(expression: string): ParseResult {
    const parsed = super.parse(translateNotation(expression));
    nameFields(parsed.ast);
    return parsed;
  }

  override evaluate(expression: string, context?: Context): unknown {
    return this.parse(expression)(context);
  }

  override clone(options?: Options): Environment {
    // The second parameter is how cel-js itself makes a clone.
    const Clone = KroEnvironment as new (options?: Options, parent?: Environment) => KroEnvironment;
    return new Clone(options, this);
  }
}

let base: Environment | undefined;

/**
 * A new environment with the functions of kro 0.9.4, for variables to be registered in. Ints are bigint, doubles are
 * number; see `fromJson` and `toJson`.
 *
 * The little of kro's CEL that is missing here is refused by name when it is evaluated: UnsupportedError.
 *
 * @see https://kro.run/docs/concepts/rgd/cel-expressions
 */
export function createEnvironment(): Environment {
  base ??= registerAll(new KroEnvironment(OPTIONS));
  return base.clone();
}

/** The types that Kubernetes and kro add to CEL. */
const TYPES = {
  ...{ "kubernetes.Quantity": Quantity, "kubernetes.URL": CelUrl, "kubernetes.Semver": Semver },
  ...{ "net.IP": IpAddress, "net.CIDR": Cidr, "kro.run.Runtime": Runtime },
  "kro.run.OptionalType": OptionalType,
};

function registerAll(environment: Environment): Environment {
  for (const [name, ctor] of Object.entries(TYPES)) environment.registerType(name, { ctor, fields: {} });
  const fields = Object.fromEntries(CONDITION_FIELDS.map((field) => [field, "string"]));
  environment.registerType("kro.run.Condition", { ctor: Condition, fields });
  environment.registerConstant("runtime", "kro.run.Runtime", new Runtime());
  return environment;
}
