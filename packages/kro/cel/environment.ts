import { type ASTNode, type Context, Environment, type ParseResult, type TypeCheckResult } from "@marcbachmann/cel-js";
import { adapt, FUNCTIONS, ownName } from "./adapt.ts";
import { renewBudget } from "./budget.ts";
import { internals } from "./internals.ts";
import { Cidr } from "./library/cidr.ts";
import { IpAddress } from "./library/ip.ts";
import { Quantity } from "./library/quantity.ts";
import { CONDITION_FIELDS, Condition, Runtime } from "./library/runtime.ts";
import { Semver } from "./library/semver.ts";
import { CelUrl } from "./library/url.ts";
import { loosen } from "./loosen.ts";
import { translateNotation } from "./notation.ts";

type Options = ConstructorParameters<typeof Environment>[0];

/** cel-go allows lists and maps of mixed types. */
const OPTIONS = { enableOptionalTypes: true, homogeneousAggregateLiterals: false };

/** How cel-js checks and evaluates the call of a function. */
const CALL = { name: "call", ...internals(new Environment().parse("f()").ast).meta };

/** cel-js with the functions and the meaning of kro's CEL: what is parsed here is evaluated as kro does. */
class KroEnvironment extends Environment {
  override parse(expression: string): ParseResult {
    const parsed = this.#adapted(expression, loosen);
    const evaluate = (context?: Context): unknown => {
      renewBudget();
      return parsed(context);
    };
    return Object.assign(evaluate, { ast: parsed.ast, check: () => this.check(expression) });
  }

  /** What is checked is never evaluated: values are of other types than cel-go's checker tells. */
  override check(expression: string): TypeCheckResult {
    try {
      return this.#adapted(expression).check();
    } catch (error) {
      return { valid: false, error: error as TypeCheckResult["error"] };
    }
  }

  #adapted(expression: string, also?: (node: ASTNode) => void): ParseResult {
    const parsed = super.parse(translateNotation(expression));
    adapt(parsed.ast, CALL, also);
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
};

function registerAll(environment: Environment): Environment {
  for (const [name, ctor] of Object.entries(TYPES)) environment.registerType(name, { ctor, fields: {} });
  const fields = Object.fromEntries(CONDITION_FIELDS.map((field) => [field, "string"]));
  environment.registerType("kro.run.Condition", { ctor: Condition, fields });
  environment.registerConstant("runtime", "kro.run.Runtime", new Runtime());
  for (const { name, receiver, parameters, result, call } of FUNCTIONS) {
    environment.registerFunction({
      name: ownName(name),
      receiverType: receiver,
      returnType: result,
      params: parameters.map((type, at) => ({ name: `arg${at}`, type })),
      // cel-js keeps notes on the function itself, so that it must be registered only once.
      handler: (...args: unknown[]) => (call as (...args: unknown[]) => unknown)(...args),
      async: false,
    });
  }
  return environment;
}
