const COMPONENT = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const PORT = ":(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
const TAG = ":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

/**
 * An image repository as Kubernetes reads it, in lower case: a registry's host, and a path of one component or more. One
 * without a host is Docker Hub's, and may not be 64 hexadecimal digits, as an image's id is. A tag is let pass here: a rule
 * of its own says where it belongs.
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
export const REPOSITORY = {
  // Docker Hub's own images have `library/` put in front, and a name has 255 characters at most.
  maxLength: 247,
  pattern: `^(?![a-f0-9]{64}(?::|$))(?:${LABEL}(?:\\.${LABEL})*(?:${PORT})?/)?${COMPONENT}(?:/${COMPONENT})*(?:${TAG})?$`,
  must:
    "must be an image repository, as in `registry.example:5000/shop/carts`: lower-case names between single slashes, each " +
    "beginning and ending with a letter or digit, without a tag or `@digest`, at most 247 characters",
} as const;
