/** Calls the control endpoint of a simulator, and reads what it answers. */
export async function control<T>(
  { url }: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/__control${path}`, init);
  return (await response.json()) as T;
}
