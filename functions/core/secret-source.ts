/**
 * Reads what a secret holds. `renew: true` bypasses the cache: after whoever was shown it has refused it.
 */
export type SecretSource<T> = (options?: { readonly renew?: boolean }) => Promise<T>;
