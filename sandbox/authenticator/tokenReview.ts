/** Whom the API server takes somebody for. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

interface TokenReview {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec?: { readonly token?: string };
}

/**
 * The answer to a TokenReview of the API server's.
 *
 * @param userOf - whose a token is; null for nobody's.
 * @throws Error where the request is none, or `userOf` throws.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
 */
export async function review(text: string, userOf: (token: string) => Promise<User | null>): Promise<object> {
  const { apiVersion, kind, spec } = JSON.parse(text) as TokenReview;
  if (kind !== "TokenReview" || !spec?.token) throw new Error("it is no TokenReview with a token");
  const user = await userOf(spec.token);
  return { apiVersion, kind, status: user ? { authenticated: true, user } : { authenticated: false } };
}
