import { stringify } from "yaml";
import { namespacedName, type Rendering } from "../../kro/index.ts";

/** The children of instances as a YAML stream, in the order in which kro creates them. */
export const formatYaml = (renderings: readonly Rendering[]): string =>
  renderings
    .flatMap(({ instance, children }) =>
      children.map(
        ({ node, wave, object }) =>
          `# ${namespacedName(instance)}, wave ${wave}: ${node}\n${stringify(JSON.parse(JSON.stringify(object)), { version: "1.1" })}`,
      ),
    )
    .map((text) => `---\n${text}`)
    .join("");
